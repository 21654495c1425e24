package org.telltale.app.settings

import android.content.Context
import android.content.SharedPreferences
import org.telltale.app.engine.Retention

/** Keeps [Choices] over restarts. A value that cannot be read is the default. For the main thread. */
class Settings(private val preferences: SharedPreferences) {
    private var listeners = emptyList<(Choices) -> Unit>()

    var current: Choices = read()
        private set

    /** Puts what [edit] makes of the present choices in their place, and tells whoever observes. */
    fun change(edit: (Choices) -> Choices) {
        val next = edit(current)
        if (next == current) return
        current = next
        write(next)
        listeners.forEach { it(next) }
    }

    /** Tells [listener] of each change, the present choices first, until what is returned is closed. */
    fun observe(listener: (Choices) -> Unit): AutoCloseable {
        listeners = listeners + listener
        listener(current)
        return AutoCloseable { listeners = listeners - listener }
    }

    private fun read(): Choices {
        val defaults = Choices()
        return Choices(
            retention = readRetention(defaults.retention),
            startsAtBoot = preferences.getBoolean(BOOT, defaults.startsAtBoot),
            theme = Theme.entries.find { it.name == preferences.getString(THEME, null) } ?: defaults.theme,
            language = preferences.getString(LANGUAGE, defaults.language),
            excludedApps = preferences.getStringSet(EXCLUDED, null).orEmpty().toSet(),
            keepsEvidence = preferences.getBoolean(EVIDENCE, defaults.keepsEvidence),
            wantsWatch = preferences.getBoolean(WATCH, defaults.wantsWatch),
        )
    }

    private fun readRetention(defaults: Retention) = Retention(
        flowDays = preferences.getInt(FLOW_DAYS, defaults.flowDays),
        findingDays = preferences.getInt(FINDING_DAYS, defaults.findingDays),
        maxBytes = preferences.getLong(MAX_BYTES, defaults.maxBytes),
    )

    private fun write(choices: Choices) = preferences.edit()
        .putInt(FLOW_DAYS, choices.retention.flowDays)
        .putInt(FINDING_DAYS, choices.retention.findingDays)
        .putLong(MAX_BYTES, choices.retention.maxBytes)
        .putBoolean(BOOT, choices.startsAtBoot)
        .putString(THEME, choices.theme.name)
        .putString(LANGUAGE, choices.language)
        .putStringSet(EXCLUDED, choices.excludedApps)
        .putBoolean(EVIDENCE, choices.keepsEvidence)
        .putBoolean(WATCH, choices.wantsWatch)
        .apply()

    companion object {
        /** Those of this app; reads a small file. */
        fun of(context: Context) = Settings(context.getSharedPreferences("settings", Context.MODE_PRIVATE))

        private const val FLOW_DAYS = "flow-days"
        private const val FINDING_DAYS = "finding-days"
        private const val MAX_BYTES = "max-bytes"
        private const val BOOT = "starts-at-boot"
        private const val THEME = "theme"
        private const val LANGUAGE = "language"
        private const val EXCLUDED = "excluded-apps"
        private const val EVIDENCE = "keeps-evidence"
        private const val WATCH = "wants-watch"
    }
}
