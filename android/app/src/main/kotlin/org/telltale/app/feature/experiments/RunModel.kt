package org.telltale.app.feature.experiments

import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.ExperimentRun
import org.telltale.app.engine.LiveRun
import org.telltale.app.engine.Owner
import org.telltale.app.engine.RunPhase
import org.telltale.app.engine.Runs
import org.telltale.app.engine.Step
import org.telltale.app.ui.ScreenModel

/** All that the screen of a running experiment shows. */
data class RunScreen(
    /** Null where none goes on, and none was the last. */
    val live: LiveRun?,
    /** Null until it is known. */
    val face: Face? = null,
    /** The address that is to be opened now, once. */
    val opening: String? = null,
    /** The app did not take the address. */
    val cannotOpen: Boolean = false,
    /** The person is asked whether it is to end. */
    val isEnding: Boolean = false,
)

/**
 * Follows the experiment that goes on. While somebody looks, pages are opened as they are due, and the app under test is
 * not on the screen: Android lets only an app that is looked at open another one.
 */
class RunModel(private val runs: Runs, private val apps: AppDirectory, background: Background) :
    ScreenModel<RunScreen>(RunScreen(runs.current), background) {
    private var watch: AutoCloseable? = null

    init {
        state.live?.let(::describe)
    }

    /** The version that was answered last: nothing is answered twice. */
    private var answered: Long? = null

    override fun onStart() {
        watch = runs.observe(::follow)
        runs.look(true)
    }

    override fun onStop() {
        watch?.close()
        watch = null
        runs.look(false)
    }

    /** What is asked for is done; whoever says so twice means it once. */
    fun done() {
        val version = state.live?.state?.version
        if (version == answered) return
        answered = version
        runs.tell(ExperimentRun::done)
    }

    fun skip() = runs.tell(ExperimentRun::skip)

    fun repeat() = runs.tell(ExperimentRun::repeat)

    fun pause() = runs.tell(ExperimentRun::pause)

    fun goOn() = runs.tell(ExperimentRun::goOn)

    /** Ends it for good; nothing is opened any more. */
    fun end() {
        answered = state.live?.state?.version
        askEnd(false)
        runs.tell(ExperimentRun::abort)
    }

    fun askEnd(isEnding: Boolean) {
        change { it.copy(isEnding = isEnding) }
        if (!isEnding) state.live?.let(::answer)
    }

    /** The address went to the app, or the app does not take it. */
    fun opened(isTaken: Boolean) {
        val address = state.opening ?: return
        change { it.copy(opening = null, cannotOpen = !isTaken) }
        if (isTaken) runs.opened(address)
    }

    /** Opens the address that is due once more. */
    fun openAgain() {
        val step = state.live?.state?.step
        if (step is Step.Open) change { it.copy(opening = step.address, cannotOpen = false) }
    }

    private fun follow(live: LiveRun?) {
        if (live != null && live.subject != state.live?.subject) describe(live)
        change { it.copy(live = live) }
        live?.let(::answer)
    }

    /** What needs nobody but whoever looks; nothing while they are asked something. */
    private fun answer(live: LiveRun) {
        if (live.state.phase != RunPhase.RUNNING || live.state.version == answered || state.isEnding) return
        val step = live.state.step
        val isDue = step is Step.Open && !step.isOverdue && step.address != live.opened
        if (step == Step.Background) return done()
        if (step !is Step.Open || !isDue) return
        answered = live.state.version
        change { it.copy(opening = step.address, cannotOpen = false) }
    }

    private fun describe(live: LiveRun) =
        ask("face", { apps.describe(Owner(null, listOf(live.subject.app))) }) { outcome ->
            change { it.copy(face = outcome.getOrNull()) }
        }
}
