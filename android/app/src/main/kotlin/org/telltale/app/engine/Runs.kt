package org.telltale.app.engine

import android.os.SystemClock
import java.time.Duration
import java.util.concurrent.Executor

/** The experiment that goes on, or the one that was the last. */
data class LiveRun(
    val subject: Subject,
    val state: RunState,
    /** When [state] was told, by [SystemClock.elapsedRealtime]. */
    val toldAt: Long,
    /** Its screen is looked at. */
    val isLookedAt: Boolean = false,
    /** The address that was handed to the browser last. */
    val opened: String? = null,
) {
    /** Nothing goes on until the person does something. */
    val awaitsPerson: Boolean
        get() = state.phase == RunPhase.RUNNING && when (val step = state.step) {
            is Step.Open -> step.isOverdue || step.address != opened
            is Step.Ask, is Step.SetUp, Step.Background -> true
            is Step.Visiting, is Step.Wait, Step.Nothing -> false
        }
}

/**
 * Keeps the experiment that goes on while its screen comes and goes, and tells how it stands: of a change at once, and of
 * the time that is left now and then. Words to it are said on [worker], one after the other; [waiter] is a thread that may
 * wait for long. All else is for the main thread.
 */
class Runs(
    private val experiments: Experiments,
    private val worker: Executor,
    private val waiter: Executor,
    private val main: Executor,
    private val now: () -> Long = SystemClock::elapsedRealtime,
) {
    private var run: ExperimentRun? = null
    private var listeners = emptyList<(LiveRun?) -> Unit>()

    var current: LiveRun? = null
        private set

    /** Tells [listener] of the present state and each new one, until what it returns is closed. */
    fun observe(listener: (LiveRun?) -> Unit): AutoCloseable {
        listeners = listeners + listener
        listener(current)
        return AutoCloseable { listeners = listeners - listener }
    }

    /** Somebody looks at the experiment, or does so no more. */
    fun look(isLookedAt: Boolean) = current?.let { change(it.copy(isLookedAt = isLookedAt)) }

    /** Begins; [answer] is told what came of it. */
    fun begin(request: ExperimentRequest, answer: (Result<Unit>) -> Unit) =
        take(request.subject, answer) { experiments.begin(request) }

    /** Goes on with the experiment with this [id]. */
    fun resume(id: Long, subject: Subject, pageText: PageText, answer: (Result<Unit>) -> Unit) =
        take(subject, answer) { experiments.resume(id, pageText) }

    /** [address] was handed to the browser. */
    fun opened(address: String) {
        current?.let { change(it.copy(opened = address)) }
        tell(ExperimentRun::opened)
    }

    /** Says [word] to the experiment that goes on, and tells how it stands then. */
    fun tell(word: (ExperimentRun) -> Unit) {
        val told = run ?: return
        worker.execute {
            val outcome = runCatching { word(told).let { told.state() } }
            main.execute { hear(told, outcome) }
        }
    }

    private fun take(subject: Subject, answer: (Result<Unit>) -> Unit, open: () -> ExperimentRun) = worker.execute {
        val outcome = runCatching { open().let { it to it.state() } }
        main.execute {
            outcome.onSuccess { (begun, state) -> follow(begun, LiveRun(subject, state, now())) }
            answer(outcome.map { })
        }
    }

    private fun follow(begun: ExperimentRun, first: LiveRun) {
        run = begun
        change(first)
        await(begun)
    }

    private fun await(awaited: ExperimentRun) {
        val seen = current?.state?.version ?: return
        waiter.execute {
            val outcome = runCatching { awaited.awaitChange(seen, PATIENCE) }
            main.execute {
                hear(awaited, outcome)
                if (run === awaited) await(awaited)
            }
        }
    }

    private fun hear(from: ExperimentRun, outcome: Result<RunState>) {
        val before = current
        if (run !== from || before == null) return
        val state = outcome.getOrElse { before.state.copy(phase = RunPhase.INTERRUPTED, problem = it.message.orEmpty()) }
        // Two threads ask: the older answer may come last.
        if (state.version < before.state.version) return
        if (!state.isGoingOn) end(from)
        change(before.copy(state = state, toldAt = now()))
    }

    private fun end(ended: ExperimentRun) {
        run = null
        worker.execute(ended::close)
    }

    private fun change(next: LiveRun) {
        if (next == current) return
        current = next
        listeners.forEach { it(next) }
    }

    private companion object {
        /** Short enough that times that are told are not far off. */
        val PATIENCE: Duration = Duration.ofSeconds(10)
    }
}
