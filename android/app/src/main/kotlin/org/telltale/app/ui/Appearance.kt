package org.telltale.app.ui

import android.content.Context
import android.content.res.Configuration
import android.os.LocaleList
import java.util.Locale
import org.telltale.app.settings.Choices
import org.telltale.app.settings.Theme

/** Light or dark, and the language; null leaves it to the phone. */
data class Appearance(val isDark: Boolean?, val language: String?) {
    /** [base] with these in place of the phone's. */
    fun dress(base: Context): Context {
        if (isDark == null && language == null) return base
        val changes = Configuration()
        isDark?.let { changes.uiMode = if (it) Configuration.UI_MODE_NIGHT_YES else Configuration.UI_MODE_NIGHT_NO }
        language?.let { changes.setLocales(LocaleList(Locale.forLanguageTag(it))) }
        return base.createConfigurationContext(changes)
    }

    companion object {
        fun of(choices: Choices): Appearance {
            val isDark = when (choices.theme) {
                Theme.SYSTEM -> null
                Theme.LIGHT -> false
                Theme.DARK -> true
            }
            return Appearance(isDark, choices.language)
        }
    }
}
