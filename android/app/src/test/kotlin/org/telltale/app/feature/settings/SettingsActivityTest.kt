package org.telltale.app.feature.settings

import android.os.Looper
import android.view.View
import android.widget.ListView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowAlertDialog
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.screens.start
import org.telltale.app.screens.useParts
import org.telltale.app.screens.view
import org.telltale.app.settings.Theme

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34])
class SettingsActivityTest {
    private val app = useParts()
    private val activity = start<SettingsActivity>()

    @Test
    fun `a switch changes at once`() {
        touch(Setting.BOOT)
        assertFalse(app.settings.current.startsAtBoot)
        touch(Setting.BOOT)
        assertTrue(app.settings.current.startsAtBoot)
    }

    @Test
    fun `unencrypted requests are read until their reader wants it otherwise`() {
        assertTrue(app.settings.current.keepsEvidence)
        touch(Setting.EVIDENCE)
        assertFalse(app.settings.current.keepsEvidence)
    }

    @Test
    fun `another look is put on at once`() {
        touch(Setting.THEME)
        choose(Theme.DARK.ordinal)
        assertEquals(Theme.DARK, app.settings.current.theme)
        shadowOf(Looper.getMainLooper()).idle()
        assertTrue("made anew", activity.isDestroyed)
    }

    @Test
    fun `how long and how much is kept is chosen`() {
        touch(Setting.FLOW_DAYS)
        choose(0)
        assertEquals(7, app.settings.current.retention.flowDays)
        touch(Setting.FINDING_DAYS)
        choose(3)
        assertEquals(1_095, app.settings.current.retention.findingDays)
        touch(Setting.MAX_BYTES)
        choose(0)
        assertEquals(100_000_000L, app.settings.current.retention.maxBytes)
    }

    @Test
    fun `every line that leads somewhere does`() {
        val leading = Setting.entries.filter { Screens.of(activity, it) != null }
        assertEquals(7, leading.size)
        for (setting in leading) {
            touch(setting)
            assertEquals(Screens.of(activity, setting)?.component, shadowOf(activity).nextStartedActivity?.component)
        }
    }

    private fun touch(setting: Setting) {
        val list = activity.view<ListView>(R.id.content)
        val at = (0 until list.count).first { (list.getItemAtPosition(it) as? SettingRow)?.setting == setting }
        list.performItemClick(View(activity), at, list.getItemIdAtPosition(at))
    }

    private fun choose(at: Int) = ShadowAlertDialog.getLatestAlertDialog().listView.run {
        performItemClick(View(context), at, getItemIdAtPosition(at))
    }
}
