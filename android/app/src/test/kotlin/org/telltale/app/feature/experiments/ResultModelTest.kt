package org.telltale.app.feature.experiments

import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.PageText
import org.telltale.app.engine.RecordException
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SampleExperiments
import org.telltale.app.sample.SampleResults

class ResultModelTest {
    private val experiments = SampleExperiments()
    private val runs = experiments.runs()

    @Test
    fun `only what was interrupted can go on`() {
        assertTrue(modelOf(SampleResults.INTERRUPTED).state.canGoOn)
        assertFalse(modelOf(SampleResults.ABORTED).state.canGoOn)
        assertFalse(modelOf(SampleResults.UPLOADED).state.canGoOn)
    }

    @Test
    fun `it goes on where it was`() {
        val model = modelOf(SampleResults.INTERRUPTED)
        model.goOn(PageText("", ""))
        assertTrue(model.state.hasBegun)
        assertEquals(listOf(SampleResults.INTERRUPTED), experiments.resumed)
        assertEquals(SampleResults.INTERRUPTED, runs.current?.state?.id)
        assertFalse("it goes on already", model.state.canGoOn)
    }

    @Test
    fun `one that was erased is gone`() {
        val model = modelOf(99)
        assertTrue(model.state.isGone)
        assertNull(model.state.detail)
    }

    @Test
    fun `trouble is told, and over when the record can be read again`() {
        experiments.failure = RecordException("locked")
        val model = modelOf(SampleResults.UPLOADED)
        assertEquals("locked", model.state.problem)
        experiments.failure = null
        model.refresh()
        assertNull(model.state.problem)
        assertEquals("com.mi.globalbrowser", model.state.detail?.face?.label)
    }

    private fun modelOf(id: Long): ResultModel {
        val atOnce = Executor(Runnable::run)
        val apps = AppDirectory { Face(it?.key.orEmpty(), null, isSystem = false, isInstalled = true) }
        return ResultModel(id, experiments, runs, SampleEngine(), apps, Background(atOnce, atOnce)).apply { watch {} }
    }
}
