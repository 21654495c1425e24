package org.telltale.app.feature.setup

import android.content.Context
import android.content.Intent
import java.time.ZoneOffset
import java.util.Locale
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.R
import org.telltale.app.ui.Format

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class SetupWordsTest {
    private val context: Context = RuntimeEnvironment.getApplication()
    private val words = SetupWords(context.resources, Format(Locale.ENGLISH, is24Hour = true, zone = ZoneOffset.UTC))

    @Test
    fun `nothing is called in order that nobody can know`() {
        assertEquals("Everything is in order", words.sentence(listOf(item(SetupStatus.OK))))
        assertEquals("Done, as far as an app can tell", words.sentence(listOf(item(SetupStatus.OK), item(SetupStatus.UNKNOWN))))
        val open = List(2) { item(SetupStatus.ACTION) } + item(SetupStatus.UNKNOWN)
        assertEquals("2 things to do", words.sentence(open))
    }

    @Test
    fun `a button is there where there is a page`() {
        assertNull(words.button(item(SetupStatus.ACTION)))
        assertEquals("Open settings", words.button(item(SetupStatus.ACTION).copy(page = Intent())))
        assertEquals("Allow", words.button(item(SetupStatus.ACTION).copy(id = SetupId.CONSENT, page = Intent())))
    }

    @Test
    fun `the text names what it is about`() {
        val named = item(SetupStatus.ACTION).copy(text = R.string.setup_private_dns_named, detail = "dns.example")
        assertTrue(words.text(named), "dns.example" in words.text(named))
    }

    private fun item(status: SetupStatus) = SetupItem(SetupId.BATTERY, status, R.string.setup_battery, R.string.setup_battery_ok)
}
