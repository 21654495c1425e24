package org.telltale.app.feature.settings

import org.telltale.app.engine.RecordSize
import org.telltale.app.settings.Choices

/** A line of the settings. */
enum class Setting {
    BOOT, EVIDENCE, LEFT_OUT, SETUP, LISTS, FLOW_DAYS, FINDING_DAYS, MAX_BYTES, SIZE, EXPORT, ERASE, THEME, LANGUAGE, CAPTURED, ABOUT
}

/** All that the settings show; what is null is not known yet. */
data class SettingsState(
    val choices: Choices,
    /** BCP 47, or null for the phone's own. */
    val language: String?,
    val size: RecordSize? = null,
    /** How many own lists there are. */
    val lists: Int? = null,
    val isWatching: Boolean = false,
    /** Why the record could not be measured. */
    val problem: String? = null,
)
