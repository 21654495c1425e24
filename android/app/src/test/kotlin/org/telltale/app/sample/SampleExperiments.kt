package org.telltale.app.sample

import java.time.Duration
import java.util.concurrent.Executor
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.ExperimentRequest
import org.telltale.app.engine.ExperimentResult
import org.telltale.app.engine.ExperimentRow
import org.telltale.app.engine.ExperimentRun
import org.telltale.app.engine.Experiments
import org.telltale.app.engine.Page
import org.telltale.app.engine.PageText
import org.telltale.app.engine.PlanKind
import org.telltale.app.engine.PlanSummary
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.RunPhase
import org.telltale.app.engine.RunState
import org.telltale.app.engine.Runs
import org.telltale.app.engine.Step
import org.telltale.app.engine.Subject

/** Experiments without a core: those that were done are [results], and one that goes on is where it is put. */
class SampleExperiments(private val results: List<ExperimentResult> = SampleResults.ALL) : Experiments {
    /** What every call fails with; null when none does. */
    var failure: RecordException? = null
    val requests = ArrayList<ExperimentRequest>()
    val resumed = ArrayList<Long>()

    /** Where an experiment that begins is first. */
    var first: RunState = SampleRun.state(Step.Nothing)

    /** The one that began last. */
    var run: SampleRun? = null
        private set

    /** What follows one that goes on; nobody waits for it. */
    fun runs(): Runs {
        val atOnce = Executor(Runnable::run)
        return Runs(this, worker = atOnce, waiter = {}, main = atOnce, now = { 0 })
    }

    override fun plan(claim: ClaimId, isShort: Boolean): PlanSummary = answer {
        val opens = claim == ClaimId.C1 || claim == ClaimId.C2
        val counts = claim !in setOf(ClaimId.C1, ClaimId.C2, ClaimId.C3, ClaimId.C6)
        PlanSummary(
            kind = if (counts) PlanKind.COUNT else PlanKind.LENGTH,
            opensAddresses = opens,
            trials = if (isShort) 15 else 50,
            length = if (isShort) Duration.ofMinutes(10) else Duration.ofMinutes(92),
            settings = mapOf(ClaimId.C2 to 4, ClaimId.C11 to 2, ClaimId.C12 to 3)[claim] ?: 1,
            visits = if (opens) 26 else 1,
        )
    }

    override fun begin(request: ExperimentRequest): ExperimentRun = answer {
        requests += request
        SampleRun(first).also { run = it }
    }

    override fun resume(id: Long, pageText: PageText): ExperimentRun = answer {
        resumed += id
        SampleRun(first.copy(id = id)).also { run = it }
    }

    override fun rows(page: Page): List<ExperimentRow> =
        answer { results.map { it.row }.sortedByDescending { it.started }.drop(page.offset).take(page.limit) }

    override fun result(id: Long): ExperimentResult? = answer { results.find { it.row.id == id } }

    private fun <T> answer(work: () -> T): T {
        failure?.let { throw it }
        return work()
    }
}

/** One that goes on, and does nothing but note what it is told. */
class SampleRun(private var now: RunState) : ExperimentRun {
    private var late: RunState? = null
    val words = ArrayList<String>()
    var isClosed = false
        private set

    /** What it is told shows no effect until later. */
    var isSlow = false

    /** It is here from now on; who looks is to be told by [Runs.tell]. */
    fun become(step: Step = now.step, phase: RunPhase = now.phase) {
        now = now.copy(version = now.version + 1, step = step, phase = phase)
    }

    /** Whoever waits is told this, and not how it stands. */
    fun answer(state: RunState) {
        late = state
    }

    override fun state() = now

    override fun awaitChange(seen: Long, patience: Duration) = late ?: now

    override fun done() = say("done") { become(Step.Nothing) }

    override fun opened() = say("opened") { become(Step.Visiting(1, 26)) }

    override fun skip() = say("skip") { become() }

    override fun repeat() = say("repeat") { become() }

    override fun pause() = say("pause") { become(phase = RunPhase.PAUSED) }

    override fun goOn() = say("go on") { become(phase = RunPhase.RUNNING) }

    override fun abort() = say("abort") { become(phase = RunPhase.OVER) }

    override fun close() {
        isClosed = true
    }

    private fun say(word: String, change: () -> Unit) {
        words += word
        if (!isSlow) change()
    }

    companion object {
        val BROWSER = Subject(ClaimId.C1, "com.mi.globalbrowser")

        fun state(step: Step, phase: RunPhase = RunPhase.RUNNING, trial: Int = 3) = RunState(
            version = 1, id = 9, phase = phase, step = step, trial = trial, trials = 15, over = (trial - 1).coerceAtLeast(0),
            left = Duration.ofMinutes(8), problem = null,
        )
    }
}
