package org.telltale.app.feature.settings

import org.telltale.app.Parts
import org.telltale.app.engine.Phase
import org.telltale.app.settings.Choices
import org.telltale.app.settings.Settings
import org.telltale.app.ui.ScreenModel

/** Shows and changes what the owner has chosen, and measures the record. */
class SettingsModel(private val parts: Parts, private val settings: Settings, private val languages: Languages) :
    ScreenModel<SettingsState>(SettingsState(settings.current, languages.current), parts.background) {
    private var watch: AutoCloseable? = null

    override fun onStart() {
        watch = settings.observe { choices ->
            change { it.copy(choices = choices, language = languages.current, isWatching = isWatching()) }
        }
        refresh()
    }

    override fun onStop() {
        watch?.close()
        watch = null
    }

    fun edit(change: (Choices) -> Choices) = settings.change(change)

    fun setLanguage(tag: String?) {
        languages.current = tag
        change { it.copy(language = languages.current) }
    }

    private fun isWatching() = parts.engine.state.phase == Phase.WATCHING

    private fun refresh() = ask("record", { parts.records.size() to parts.rulebook.lists().size }) { outcome ->
        outcome.onSuccess { (size, lists) -> change { it.copy(size = size, lists = lists, problem = null) } }
        outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty()) } }
    }
}
