package org.telltale.app.engine

import java.time.Duration
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.telltale.app.sample.SampleExperiments
import org.telltale.app.sample.SampleRun

class RunsTest {
    private val experiments = SampleExperiments().apply { first = SampleRun.state(Step.Nothing) }
    private val waiting = ArrayDeque<Runnable>()
    private val atOnce = Executor(Runnable::run)
    private val runs = Runs(experiments, atOnce, { waiting.add(it) }, atOnce, now = { 42 })
    private val told = ArrayList<RunState?>()

    @Test
    fun `who looks is told of what happens by itself`() {
        begin()
        experiments.run?.become(Step.Visiting(1, 26))
        assertEquals(Step.Nothing, runs.current?.state?.step)
        waitOnce()
        assertEquals(Step.Visiting(1, 26), told.last()?.step)
        assertEquals(42L, runs.current?.toldAt)
    }

    @Test
    fun `a word is said, and what comes of it is told at once`() {
        begin()
        runs.tell(ExperimentRun::pause)
        assertEquals(listOf("pause"), experiments.run?.words)
        assertEquals(RunPhase.PAUSED, told.last()?.phase)
    }

    @Test
    fun `what is over is asked no more, and let go`() {
        begin()
        runs.tell(ExperimentRun::abort)
        assertEquals(RunPhase.OVER, runs.current?.state?.phase)
        assertTrue(experiments.run?.isClosed == true)
        waitOnce()
        assertEquals("nobody waits any more", 0, waiting.size)
        runs.tell(ExperimentRun::skip)
        assertEquals(listOf("abort"), experiments.run?.words)
    }

    @Test
    fun `one that cannot be asked any more is interrupted`() {
        val broken = object : Experiments by experiments {
            override fun begin(request: ExperimentRequest) = object : ExperimentRun by experiments.begin(request) {
                override fun awaitChange(seen: Long, patience: Duration) = throw RecordException("gone")
            }
        }
        val those = Runs(broken, atOnce, { waiting.add(it) }, atOnce, now = { 0 })
        those.begin(request()) {}
        waitOnce()
        assertEquals(RunPhase.INTERRUPTED to "gone", those.current?.state?.run { phase to problem })
    }

    @Test
    fun `an older answer does not undo a newer one`() {
        begin()
        val late = requireNotNull(runs.current).state
        runs.tell(ExperimentRun::done)
        val newer = requireNotNull(runs.current).state
        assertTrue(newer.version > late.version)
        experiments.run?.answer(late)
        waitOnce()
        assertEquals(newer, runs.current?.state)
    }

    @Test
    fun `whoever cannot begin is told why`() {
        experiments.failure = RecordException("the phone is not watched")
        var outcome: Result<Unit>? = null
        runs.begin(request()) { outcome = it }
        assertEquals("the phone is not watched", outcome?.exceptionOrNull()?.message)
        assertNull(runs.current)
    }

    @Test
    fun `that somebody looks is told, and is no change of the experiment`() {
        begin()
        runs.look(true)
        assertTrue(runs.current?.isLookedAt == true)
        runs.look(false)
        assertFalse(runs.current?.isLookedAt == true)
        assertEquals(1, told.filterNotNull().distinct().size)
    }

    private fun begin() {
        runs.observe { told += it?.state }
        runs.begin(request()) { assertTrue(it.isSuccess) }
        assertEquals(1, waiting.size)
    }

    private fun waitOnce() = waiting.removeFirst().run()

    private fun request() = ExperimentRequest(SampleRun.BROWSER, isShort = true, PageText("", ""))
}
