package org.telltale.app.feature.experiments

import java.time.Duration
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.ExperimentRequest
import org.telltale.app.engine.PageText
import org.telltale.app.engine.RunPhase
import org.telltale.app.engine.Step
import org.telltale.app.engine.WaitReason
import org.telltale.app.sample.SampleExperiments
import org.telltale.app.sample.SampleRun

class RunModelTest {
    private val experiments = SampleExperiments()
    private val runs = experiments.runs()
    private val run get() = requireNotNull(experiments.run)
    private val open = Step.Open("http://192.0.2.1/a", isOverdue = false)

    @Test
    fun `a page is opened once when it is due`() {
        val model = modelAt(Step.Wait(WaitReason.BASELINE, Duration.ofSeconds(9)))
        assertNull(model.state.opening)
        comes(open)
        assertEquals(open.address, model.state.opening)
        model.opened(isTaken = true)
        assertNull(model.state.opening)
        assertEquals(listOf("opened"), run.words)
        assertEquals(Step.Visiting(1, 26), model.state.live?.state?.step)
    }

    @Test
    fun `one that is overdue is opened again when the person says so`() {
        val model = modelAt(open.copy(isOverdue = true))
        assertNull(model.state.opening)
        model.openAgain()
        assertEquals(open.address, model.state.opening)
    }

    @Test
    fun `what was opened again is not opened a third time by itself`() {
        val model = modelAt(open.copy(isOverdue = true))
        model.openAgain()
        model.opened(isTaken = true)
        comes(open)
        assertNull(model.state.opening)
        comes(open.copy(address = "http://192.0.2.1/b"))
        assertEquals("http://192.0.2.1/b", model.state.opening)
    }

    @Test
    fun `done is said once, however often it is touched`() {
        val model = modelAt(Step.Nothing)
        val slow = Step.Ask("text", 2, 0)
        comes(slow)
        run.isSlow = true
        model.done()
        model.done()
        assertEquals(listOf("done"), run.words)
        comes(slow.copy(done = 1))
        model.done()
        assertEquals(listOf("done", "done"), run.words)
    }

    @Test
    fun `an app that does not take addresses is told of, and nothing was opened`() {
        val model = modelAt(open)
        model.opened(isTaken = false)
        assertTrue(model.state.cannotOpen)
        assertEquals(emptyList<String>(), run.words)
    }

    @Test
    fun `while nobody looks nothing is opened, and what is due is when somebody comes`() {
        val model = modelAt(Step.Nothing)
        model.unwatch()
        assertFalse(runs.current?.isLookedAt == true)
        comes(open)
        assertNull(model.state.opening)
        model.watch {}
        assertEquals(open.address, model.state.opening)
    }

    @Test
    fun `who looks at Telltale does not look at the app`() {
        modelAt(Step.Background)
        assertEquals(listOf("done"), run.words)
    }

    @Test
    fun `one that is paused opens nothing`() {
        val model = modelAt(Step.Nothing)
        model.pause()
        run.become(open)
        runs.tell {}
        assertNull(model.state.opening)
        model.goOn()
        assertEquals(open.address, model.state.opening)
    }

    @Test
    fun `while it is asked whether to end, no page comes in between`() {
        val model = modelAt(Step.Nothing)
        model.askEnd(true)
        comes(open)
        assertNull(model.state.opening)
        model.askEnd(false)
        assertEquals(open.address, model.state.opening)
    }

    @Test
    fun `what the person says goes to the experiment`() {
        val model = modelAt(Step.Ask("text", 1, 0))
        listOf(model::done, model::skip, model::repeat, model::pause, model::goOn, model::end).forEach { it() }
        assertEquals(listOf("done", "skip", "repeat", "pause", "go on", "abort"), run.words)
        assertEquals(RunPhase.OVER, model.state.live?.state?.phase)
    }

    private fun comes(step: Step) {
        run.become(step)
        runs.tell {}
    }

    private fun modelAt(step: Step): RunModel {
        experiments.first = SampleRun.state(step)
        runs.begin(ExperimentRequest(SampleRun.BROWSER, isShort = true, PageText("", ""))) {}
        val atOnce = Executor(Runnable::run)
        val apps = AppDirectory { Face(it?.key.orEmpty(), null, isSystem = false, isInstalled = true) }
        return RunModel(runs, apps, Background(atOnce, atOnce)).apply { watch {} }
    }
}
