package org.telltale.app.feature.app

import org.telltale.app.engine.Background
import org.telltale.app.engine.Engine
import org.telltale.app.engine.HostRow
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.Phase
import org.telltale.app.engine.Rulebook
import org.telltale.app.ui.Pages
import org.telltale.app.ui.Period
import org.telltale.app.ui.ScreenModel

/** What the screen of one app shows. */
class AppModel(
    private val engine: Engine,
    private val rulebook: Rulebook,
    private val records: AppRecords,
    background: Background,
) : ScreenModel<AppState>(AppState(Period.DAY, isWatching = false), background) {
    private var watch: AutoCloseable? = null
    private var hosts = pagesOf(state.period)

    override fun onStart() {
        watch = engine.observe { next -> change { it.copy(isWatching = next.phase == Phase.WATCHING) } }
        refresh()
    }

    override fun onStop() {
        watch?.close()
        watch = null
    }

    override fun close() {
        hosts.close()
        super.close()
    }

    fun choose(period: Period) {
        if (period == state.period) return
        change { it.copy(period = period) }
        hosts.close()
        hosts = pagesOf(period)
        refresh()
    }

    /** The line at [position] of the list is looked at; it holds at least one line for each host. */
    fun near(position: Int) = hosts.near(position)

    fun refresh() {
        val period = state.period
        ask("summary", { records.summary(period) }) { outcome ->
            outcome.onSuccess { summary -> change { it.copy(summary = summary) } }
            outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty(), isLoading = false) } }
        }
        hosts.refresh()
    }

    /** Remembers that the app is used now, so that what it sends next can be told from what it sends by itself. */
    fun mark(text: String) = engine.mark(MarkKind.NOTE, text, state.summary?.owner?.packages?.singleOrNull())

    /** Tells why [host] is what it is held for. */
    fun explain(host: HostRow) {
        change { it.copy(why = Why(host, null)) }
        ask("why", { rulebook.explain(host.host) }) { outcome ->
            change { before -> before.copy(why = before.why?.copy(explanation = outcome.getOrNull())) }
        }
    }

    /** The explanation was read. */
    fun understood() = change { it.copy(why = null) }

    private fun pagesOf(period: Period): Pages<AppHost> {
        lateinit var made: Pages<AppHost>
        made = Pages(background, records.hosts(period)) { show(made) }
        return made
    }

    private fun show(from: Pages<AppHost>) {
        if (from !== hosts || from.isLoading) return
        val problem = from.problem?.run { message.orEmpty() }
        change {
            it.copy(
                firstHosts = from.rows.take(Pages.SIZE), laterHosts = from.rows.drop(Pages.SIZE),
                isLoading = false, isComplete = from.isComplete, problem = problem,
            )
        }
    }
}
