package org.telltale.app.feature.experiments

import java.time.Clock
import org.telltale.app.apps.AppDirectory
import org.telltale.app.engine.Background
import org.telltale.app.engine.Experiments
import org.telltale.app.engine.LiveRun
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Runs
import org.telltale.app.ui.PageSource
import org.telltale.app.ui.Pages
import org.telltale.app.ui.ScreenModel

/** What the list of experiments shows. */
class ExperimentsModel(
    experiments: Experiments,
    private val runs: Runs,
    apps: AppDirectory,
    private val clock: Clock,
    background: Background,
) : ScreenModel<ExperimentsState>(ExperimentsState(clock.instant()), background) {
    private val source = PageSource.of { page ->
        experiments.rows(page).map { PastExperiment(it, apps.describe(Owner(null, listOf(it.subject.app)))) }
    }
    private val pages: Pages<PastExperiment> = Pages(background, source) { show() }
    private var watch: AutoCloseable? = null

    override fun onStart() {
        watch = runs.observe(::follow)
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

    fun refresh() = pages.refresh()

    /** The line at [position] of the list is looked at; there are more lines than experiments. */
    fun near(position: Int) = pages.near(position)

    private fun follow(live: LiveRun?) {
        val isOver = state.live != null && live?.state?.isGoingOn != true
        change { it.copy(live = live?.takeIf { run -> run.state.isGoingOn }) }
        if (isOver) refresh()
    }

    private fun show() {
        if (pages.isLoading) return
        val problem = pages.problem?.run { message.orEmpty() }
        change { it.copy(now = clock.instant(), past = pages.rows, isLoading = false, problem = problem) }
    }
}
