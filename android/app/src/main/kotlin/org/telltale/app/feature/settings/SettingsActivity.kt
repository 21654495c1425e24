package org.telltale.app.feature.settings

import android.app.AlertDialog
import android.os.Bundle
import android.widget.ListView
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.Retention
import org.telltale.app.settings.Theme
import org.telltale.app.ui.PagedAdapter
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.TopBar

/** What the owner can choose, and the ways to all that is seldom needed. */
class SettingsActivity : ScreenActivity<SettingsState, SettingsModel>() {
    private lateinit var adapter: PagedAdapter<SettingRow>
    private val words by lazy { SettingsWords(resources, format) }
    private val rows by lazy { SettingRows(resources, words, format) }

    override fun createModel(): SettingsModel {
        val settings = TelltaleApplication.of(this).settings
        return SettingsModel(parts, settings, Languages(applicationContext, settings))
    }

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.settings_title)
            leads(this@SettingsActivity)
        }
        adapter = rows.adapter()
        val list = view<ListView>(R.id.content)
        list.adapter = adapter
        list.setOnItemClickListener { _, _, position, _ -> adapter.items.getOrNull(position)?.setting?.let(::touch) }
    }

    override fun render(state: SettingsState) {
        adapter.items = rows.of(state, parts.clock.instant())
        dressAnew()
    }

    private fun touch(setting: Setting) {
        val choices = model.state.choices
        when (setting) {
            Setting.BOOT -> model.edit { it.copy(startsAtBoot = !it.startsAtBoot) }
            Setting.EVIDENCE -> model.edit { it.copy(keepsEvidence = !it.keepsEvidence) }
            Setting.THEME -> choose(R.string.settings_theme, Theme.entries, choices.theme, words::theme) { theme ->
                model.edit { it.copy(theme = theme) }
            }
            Setting.LANGUAGE -> choose(
                R.string.settings_language, listOf(null) + Language.ALL.map { it.tag }, model.state.language, words::language,
                model::setLanguage,
            )
            Setting.FLOW_DAYS, Setting.FINDING_DAYS, Setting.MAX_BYTES -> chooseRetention(setting, choices.retention)
            else -> Screens.of(this, setting)?.let(::startActivity)
        }
    }

    private fun chooseRetention(setting: Setting, now: Retention) {
        fun keep(edit: Retention.() -> Retention) = model.edit { it.copy(retention = it.retention.edit()) }
        when (setting) {
            Setting.FLOW_DAYS -> choose(R.string.settings_flow_days, Offers.flowDays(now.flowDays), now.flowDays, format::days) {
                keep { copy(flowDays = it) }
            }
            Setting.FINDING_DAYS ->
                choose(R.string.settings_finding_days, Offers.findingDays(now.findingDays), now.findingDays, format::days) {
                    keep { copy(findingDays = it) }
                }
            else -> choose(R.string.settings_max_bytes, Offers.sizes(now.maxBytes), now.maxBytes, format::bytes) {
                keep { copy(maxBytes = it) }
            }
        }
    }

    private fun <T> choose(title: Int, offers: List<T>, current: T, name: (T) -> String, take: (T) -> Unit) {
        AlertDialog.Builder(this)
            .setTitle(title)
            .setSingleChoiceItems(offers.map(name).toTypedArray(), offers.indexOf(current)) { dialog, at ->
                dialog.dismiss()
                take(offers[at])
            }
            .setNegativeButton(R.string.mark_cancel, null)
            .show()
    }
}
