package org.telltale.app.feature.experiments

import java.time.Clock
import java.time.ZoneOffset
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.ExperimentRequest
import org.telltale.app.engine.ExperimentRun
import org.telltale.app.engine.PageText
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.Step
import org.telltale.app.sample.SampleExperiments
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleResults
import org.telltale.app.sample.SampleRun

class ExperimentsModelTest {
    private val experiments = SampleExperiments()
    private val runs = experiments.runs()
    private val atOnce = Executor(Runnable::run)
    private val model = ExperimentsModel(
        experiments, runs, AppDirectory { Face(it?.key.orEmpty(), null, isSystem = false, isInstalled = true) },
        Clock.fixed(SamplePhone.NOW, ZoneOffset.UTC), Background(atOnce, atOnce),
    )

    @Test
    fun `what was interrupted stands apart from what is done`() {
        model.watch {}
        assertEquals(listOf(SampleResults.INTERRUPTED), model.state.unfinished.map { it.row.id })
        assertEquals(SampleResults.ALL.size - 1, model.state.done.size)
        assertEquals("com.mi.globalbrowser", model.state.done.first().face.label)
    }

    @Test
    fun `what goes on is not among the interrupted`() {
        experiments.first = SampleRun.state(Step.Nothing).copy(id = SampleResults.INTERRUPTED)
        begin()
        model.watch {}
        assertEquals(SampleRun.BROWSER, model.state.live?.subject)
        assertEquals(emptyList<PastExperiment>(), model.state.unfinished)
    }

    @Test
    fun `one that ends goes, and the list is read anew`() {
        begin()
        model.watch {}
        experiments.failure = RecordException("locked")
        runs.tell(ExperimentRun::abort)
        assertNull(model.state.live)
        assertEquals("locked", model.state.problem)
    }

    private fun begin() = runs.begin(ExperimentRequest(SampleRun.BROWSER, isShort = true, PageText("", ""))) {}
}
