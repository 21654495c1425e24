package org.telltale.app.feature.settings

import android.content.res.Resources
import android.view.View
import android.widget.Switch
import android.widget.TextView
import java.time.Instant
import org.telltale.app.R
import org.telltale.app.ui.Format
import org.telltale.app.ui.PagedAdapter
import org.telltale.app.ui.Place
import org.telltale.app.ui.RowKind
import org.telltale.app.ui.isPresent
import org.telltale.app.ui.setRowGround
import org.telltale.app.ui.setTextOrGone

/** A heading or a note where [setting] is null, else a line; [isOn] is null for a line that is no switch. */
data class SettingRow(
    val setting: Setting?,
    val title: Int,
    val value: String? = null,
    val isOn: Boolean? = null,
    val isNote: Boolean = false,
)

/** Shows settings as rows. */
class SettingRows(private val resources: Resources, private val words: SettingsWords, private val format: Format) {
    fun adapter() = PagedAdapter<SettingRow>(
        kinds = listOf(
            RowKind(R.layout.section, isEnabled = false) { view, row, _ -> (view as TextView).setText(row.title) },
            RowKind(R.layout.setting, bind = ::bind),
            RowKind(R.layout.setting, isEnabled = false, bind = ::bind),
            RowKind(R.layout.note, isEnabled = false) { view, row, _ -> (view as TextView).setText(row.title) },
        ),
        kindOf = ::kindOf,
        idOf = { it.setting ?: it.title },
    )

    fun of(state: SettingsState, now: Instant): List<SettingRow> =
        watching(state) + record(state, now) + looks(state) + more()

    private fun kindOf(row: SettingRow) = when {
        row.isNote -> 3
        row.setting == null -> 0
        row.setting == Setting.SIZE -> 2
        else -> 1
    }

    private fun watching(state: SettingsState) = listOf(
        SettingRow(null, R.string.settings_watching),
        SettingRow(Setting.BOOT, R.string.settings_boot, text(R.string.settings_boot_detail), state.choices.startsAtBoot),
        SettingRow(
            Setting.EVIDENCE, R.string.settings_evidence, text(R.string.settings_evidence_detail),
            state.choices.keepsEvidence,
        ),
        SettingRow(Setting.SETUP, R.string.setup_title, text(R.string.settings_setup_detail)),
        SettingRow(Setting.LEFT_OUT, R.string.leftout_title, words.leftOut(state.choices.excludedApps.size)),
        SettingRow(Setting.LISTS, R.string.lists_title, state.lists?.let(words::lists)),
    )

    private fun record(state: SettingsState, now: Instant): List<SettingRow> {
        val retention = state.choices.retention
        return listOf(
            SettingRow(null, R.string.settings_record),
            SettingRow(Setting.SIZE, R.string.settings_size, state.problem ?: state.size?.let { words.size(it, now) }),
            SettingRow(Setting.FLOW_DAYS, R.string.settings_flow_days, format.days(retention.flowDays)),
            SettingRow(Setting.FINDING_DAYS, R.string.settings_finding_days, format.days(retention.findingDays)),
            SettingRow(Setting.MAX_BYTES, R.string.settings_max_bytes, format.bytes(retention.maxBytes)),
            SettingRow(Setting.EXPORT, R.string.export_title),
            SettingRow(Setting.ERASE, R.string.erase_title),
            SettingRow(null, R.string.settings_retention_note, isNote = true),
        )
    }

    private fun looks(state: SettingsState) = listOf(
        SettingRow(null, R.string.settings_looks),
        SettingRow(Setting.THEME, R.string.settings_theme, words.theme(state.choices.theme)),
        SettingRow(Setting.LANGUAGE, R.string.settings_language, words.language(state.language)),
    )

    private fun more() = listOf(
        SettingRow(null, R.string.settings_more),
        SettingRow(Setting.CAPTURED, R.string.captured_title),
        SettingRow(Setting.ABOUT, R.string.about_title),
    )

    private fun text(id: Int) = resources.getString(id)

    private fun bind(view: View, row: SettingRow, place: Place) {
        view.setRowGround(place)
        view.findViewById<TextView>(R.id.setting_title).setText(row.title)
        view.findViewById<TextView>(R.id.setting_value).setTextOrGone(row.value)
        val switch = view.findViewById<Switch>(R.id.setting_switch)
        switch.isPresent = row.isOn != null
        switch.isChecked = row.isOn == true
        view.findViewById<View>(R.id.setting_next).isPresent = row.isOn == null && row.setting in LEADING
    }

    private companion object {
        /** Those that open a screen; the others change at once or ask. */
        val LEADING = setOf(
            Setting.SETUP, Setting.LEFT_OUT, Setting.LISTS, Setting.EXPORT, Setting.ERASE, Setting.CAPTURED, Setting.ABOUT,
        )
    }
}
