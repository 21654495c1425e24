package org.telltale.app.feature.settings

import android.content.res.Resources
import java.time.Instant
import org.telltale.app.R
import org.telltale.app.engine.RecordSize
import org.telltale.app.settings.Theme
import org.telltale.app.ui.Format

/** The values of settings in words. */
class SettingsWords(private val resources: Resources, private val format: Format) {
    fun theme(theme: Theme): String = resources.getString(
        when (theme) {
            Theme.SYSTEM -> R.string.settings_theme_system
            Theme.LIGHT -> R.string.settings_theme_light
            Theme.DARK -> R.string.settings_theme_dark
        },
    )

    fun language(tag: String?): String {
        if (tag == null) return resources.getString(R.string.settings_language_system)
        return (Language.ALL.find { it.tag == tag } ?: Language(tag)).name
    }

    fun leftOut(count: Int): String = if (count == 0) resources.getString(R.string.settings_left_out_none)
    else resources.getQuantityString(R.plurals.settings_left_out_some, count, format.count(count.toLong()))

    fun lists(count: Int): String = if (count == 0) resources.getString(R.string.settings_lists_none)
    else resources.getQuantityString(R.plurals.settings_lists_some, count, format.count(count.toLong()))

    /** `12 MB, 34,000 connections since 10 Feb`. */
    fun size(size: RecordSize, now: Instant): String {
        val oldest = size.oldest ?: return format.bytes(size.bytes)
        val count = size.flows.coerceAtMost(Int.MAX_VALUE.toLong()).toInt()
        val flows = resources.getQuantityString(R.plurals.connections, count, format.count(size.flows))
        val since = format.moment(oldest, now)
        return resources.getString(R.string.settings_size_words, format.bytes(size.bytes), flows, since)
    }
}
