package org.telltale.app.feature.settings

import android.content.Context
import android.content.res.XmlResourceParser
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.R
import org.telltale.app.engine.Retention
import org.telltale.app.settings.Settings

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [29, 34])
class OffersTest {
    private val context: Context = RuntimeEnvironment.getApplication()
    private val settings = Settings.of(context)
    private val languages = Languages(context, settings)

    @Test
    fun `what is kept by default can be chosen again`() {
        val kept = Retention()
        assertEquals(4, Offers.flowDays(kept.flowDays).size)
        assertEquals(4, Offers.findingDays(kept.findingDays).size)
        assertEquals(4, Offers.sizes(kept.maxBytes).size)
    }

    @Test
    fun `a value of old stays to be chosen, in its place`() {
        assertEquals(listOf(7, 14, 30, 90, 365), Offers.flowDays(14))
    }

    @Test
    fun `a language is kept, and the phone's own again`() {
        assertNull(languages.current)
        languages.current = "pt-BR"
        assertEquals("pt-BR", languages.current)
        languages.current = null
        assertNull(languages.current)
        assertNull(settings.current.language)
    }

    @Test
    @Config(sdk = [34])
    fun `a language that was chosen before the system kept it stays until another one is`() {
        settings.change { it.copy(language = "de") }
        assertEquals("de", languages.current)
        languages.current = "fr"
        assertEquals("fr", languages.current)
        assertNull(settings.current.language)
    }

    @Test
    fun `the system offers the same languages as the app`() {
        val offered = ArrayList<String>()
        context.resources.getXml(R.xml.languages).use { parser ->
            while (parser.next() != XmlResourceParser.END_DOCUMENT) {
                val isLocale = parser.eventType == XmlResourceParser.START_TAG && parser.name == "locale"
                if (isLocale) offered += parser.getAttributeValue(0)
            }
        }
        assertEquals(Language.ALL.map { it.tag }, offered)
    }

    @Test
    fun `languages are called as those call them who speak them`() {
        val names = Language.ALL.map { it.name }
        assertTrue("$names", names.containsAll(listOf("English", "Deutsch", "Español", "Français")))
        assertEquals(names.size, names.distinct().size)
    }
}
