package org.telltale.app.feature.settings

import android.app.LocaleManager
import android.content.Context
import android.icu.util.ULocale
import android.os.Build
import android.os.LocaleList
import org.telltale.app.settings.Settings

/** A language that the app's texts exist in: [tag] is BCP 47. */
data class Language(val tag: String) {
    /** As those call it who speak it. */
    val name: String
        get() {
            // Chinese is told apart by its writing, not by a country.
            val locale = ULocale.forLanguageTag(if (tag == "zh-CN") "zh-Hans" else tag)
            return locale.getDisplayNameWithDialect(locale).replaceFirstChar { it.titlecase(locale.toLocale()) }
        }

    companion object {
        /** All of them, as `res/xml/languages.xml` tells the system. */
        val ALL = listOf("en", "zh-CN", "es", "pt-BR", "ru", "hi", "id", "de", "fr", "it").map(::Language)
    }
}

/** The language of the app. From Android 13 the system keeps it and has a page for it; before, the app does. */
class Languages(private val context: Context, private val settings: Settings) {
    private val isSystems = Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU

    /** Null leaves it to the phone. */
    var current: String?
        get() = settings.current.language ?: if (isSystems) manager().applicationLocales.get(0)?.toLanguageTag() else null
        set(tag) {
            settings.change { it.copy(language = tag.takeUnless { isSystems }) }
            if (isSystems) manager().applicationLocales = LocaleList.forLanguageTags(tag.orEmpty())
        }

    private fun manager() = requireNotNull(context.getSystemService(LocaleManager::class.java))
}
