package org.telltale.app.settings

import org.junit.Assert.assertEquals
import org.junit.Test
import org.telltale.app.engine.Retention

class SettingsTest {
    private val preferences = MemoryPreferences()
    private val chosen = Choices(
        retention = Retention(flowDays = 7, findingDays = 90, maxBytes = 1L shl 33),
        startsAtBoot = false,
        theme = Theme.DARK,
        language = "pt-BR",
        excludedApps = setOf("org.example.bank"),
        keepsEvidence = false,
        wantsWatch = true,
    )

    @Test
    fun `nothing is chosen at first`() {
        assertEquals(Choices(), Settings(preferences).current)
    }

    @Test
    fun `every choice outlives the process`() {
        Settings(preferences).change { chosen }
        assertEquals(chosen, Settings(preferences).current)
    }

    @Test
    fun `a language can be given up again`() {
        Settings(preferences).change { chosen }
        Settings(preferences).change { it.copy(language = null) }
        assertEquals(chosen.copy(language = null), Settings(preferences).current)
    }

    @Test
    fun `a theme of another version is none`() {
        preferences.edit().putString("theme", "SEPIA").apply()
        assertEquals(Theme.SYSTEM, Settings(preferences).current.theme)
    }

    @Test
    fun `changes are told until nobody listens, and only real ones`() {
        val settings = Settings(preferences)
        val heard = mutableListOf<Theme>()
        val observer = settings.observe { heard += it.theme }
        settings.change { it.copy(theme = Theme.DARK) }
        settings.change { it.copy(theme = Theme.DARK) }
        observer.close()
        settings.change { it.copy(theme = Theme.LIGHT) }
        assertEquals(listOf(Theme.SYSTEM, Theme.DARK), heard)
    }
}
