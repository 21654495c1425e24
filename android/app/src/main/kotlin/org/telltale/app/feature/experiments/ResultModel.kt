package org.telltale.app.feature.experiments

import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.Engine
import org.telltale.app.engine.ExperimentResult
import org.telltale.app.engine.Experiments
import org.telltale.app.engine.Owner
import org.telltale.app.engine.PageText
import org.telltale.app.engine.Phase
import org.telltale.app.engine.Runs
import org.telltale.app.ui.ScreenModel

/** A result, and how the app looks that it is about. */
data class ResultDetail(val result: ExperimentResult, val face: Face)

/** All that the screen of a result shows. */
data class ResultState(
    /** Null until it is known. */
    val detail: ResultDetail? = null,
    /** The record does not hold it any more. */
    val isGone: Boolean = false,
    val problem: String? = null,
    val isWatching: Boolean = false,
    /** An experiment goes on, be it this one or another. */
    val hasLive: Boolean = false,
    /** It goes on again: its screen is to be shown. */
    val hasBegun: Boolean = false,
) {
    val canGoOn: Boolean get() = detail?.result?.row?.ended == null && detail != null && !hasLive
}

/** Reads the result of one experiment, and goes on with it where it was interrupted. */
class ResultModel(
    private val id: Long,
    private val experiments: Experiments,
    private val runs: Runs,
    private val engine: Engine,
    private val apps: AppDirectory,
    background: Background,
) : ScreenModel<ResultState>(ResultState(), background) {
    private var watches = emptyList<AutoCloseable>()

    override fun onStart() {
        watches = listOf(
            engine.observeQuietly { next -> change { it.copy(isWatching = next.phase == Phase.WATCHING) } },
            runs.observe { live -> change { it.copy(hasLive = live?.state?.isGoingOn == true) } },
        )
        refresh()
    }

    override fun onStop() {
        watches.forEach { it.close() }
        watches = emptyList()
    }

    fun refresh() = ask("result", ::read) { outcome ->
        outcome.onSuccess { detail -> change { it.copy(detail = detail, isGone = detail == null, problem = null) } }
        outcome.onFailure(::fail)
    }

    /** Goes on; its pages say what [pageText] says. */
    fun goOn(pageText: PageText) {
        val row = state.detail?.result?.row ?: return
        runs.resume(row.id, row.subject, pageText) { outcome ->
            change { it.copy(hasBegun = outcome.isSuccess) }
            outcome.onFailure(::fail)
        }
    }

    private fun read(): ResultDetail? {
        val result = experiments.result(id) ?: return null
        return ResultDetail(result, apps.describe(Owner(null, listOf(result.row.subject.app))))
    }

    private fun fail(trouble: Throwable) = change { it.copy(problem = trouble.message.orEmpty()) }
}
