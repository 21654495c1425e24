package org.telltale.app.feature.home

import java.time.Clock
import java.time.Duration
import java.time.Instant
import org.telltale.app.engine.Background
import org.telltale.app.engine.Engine
import org.telltale.app.engine.EngineState
import org.telltale.app.ui.Pages
import org.telltale.app.ui.ScreenModel

/** What Home shows: the engine as it runs, and of the record what the filter lets through. */
class HomeModel(
    private val engine: Engine,
    private val records: HomeRecords,
    background: Background,
    private val clock: Clock,
) : ScreenModel<HomeState>(HomeState(engine.state), background) {
    private var watch: AutoCloseable? = null
    private var pages = pagesOf(state.filter)
    private var askedAt = Instant.MIN
    private var askedFlows = -1L

    override fun onStart() {
        watch = engine.observe(::follow)
        refresh()
    }

    override fun onStop() {
        watch?.close()
        watch = null
    }

    override fun close() {
        pages.close()
        super.close()
    }

    /** Shows what [next] lets through; the rows before stay until those of the new filter are there. */
    fun filter(next: HomeFilter) {
        if (next == state.filter) return
        val isOtherTime = next.period != state.filter.period
        change { it.copy(filter = next) }
        pages.close()
        pages = pagesOf(next)
        pages.start()
        if (isOtherTime) summarize()
    }

    /** The row at [position] is looked at. */
    fun near(position: Int) = pages.near(position)

    /** Asks the record anew. */
    fun refresh() {
        askedAt = clock.instant()
        askedFlows = engine.state.live.flows
        summarize()
        pages.refresh()
    }

    private fun follow(next: EngineState) {
        val isOtherPhase = next.phase != state.engine.phase
        change { it.copy(engine = next) }
        val hasNews = next.live.flows != askedFlows && Duration.between(askedAt, clock.instant()) >= REST
        if (isOtherPhase || hasNews) refresh()
    }

    private fun summarize() {
        val filter = state.filter
        ask("summary", { records.summary(filter) }) { outcome ->
            outcome.onSuccess { summary -> change { it.copy(summary = summary) } }
            outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty(), isLoading = false) } }
        }
    }

    private fun pagesOf(filter: HomeFilter): Pages<AppItem> {
        lateinit var made: Pages<AppItem>
        made = Pages(background, records.list(filter)) { show(made) }
        return made
    }

    private fun show(from: Pages<AppItem>) {
        if (from !== pages || from.isLoading) return
        change { it.copy(apps = from.rows, isLoading = false, problem = from.problem?.run { message.orEmpty() }) }
    }

    private companion object {
        /** While a phone is watched there is something new all the time; more often is not read. */
        val REST: Duration = Duration.ofSeconds(2)
    }
}
