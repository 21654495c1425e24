package org.telltale.app.feature.experiments

import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.telltale.app.engine.Background
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.ExperimentRequest
import org.telltale.app.engine.PageText
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.Subject
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SampleExperiments
import org.telltale.app.settings.MemoryPreferences
import org.telltale.app.settings.Settings

class PrepareModelTest {
    private val experiments = SampleExperiments()
    private val runs = experiments.runs()
    private val engine = SampleEngine()
    private val settings = Settings(MemoryPreferences())
    private val apps = listOf(
        AppChoice(MI, "Mi Browser", fits = true), AppChoice("org.mozilla.firefox", "Firefox", fits = true),
        AppChoice("org.example.notes", "Notes", fits = false),
    )
    private val pages = PageText("open", "back")

    @Test
    fun `the first app that fits is proposed, and the short plan`() {
        val model = modelOf()
        assertEquals("Mi Browser", model.state.label)
        assertEquals(15, model.state.plan?.trials)
        model.choose(isShort = false)
        assertEquals(50, model.state.plan?.trials)
    }

    @Test
    fun `an app that was named is kept where it can be tried`() {
        assertEquals("Notes", modelOf(app = "org.example.notes").state.label)
        assertEquals("Mi Browser", modelOf(app = "org.example.gone").state.label)
    }

    @Test
    fun `it begins with what was chosen`() {
        val model = modelOf()
        model.choose("org.mozilla.firefox")
        model.start(pages)
        assertTrue(model.state.hasBegun)
        val wanted = ExperimentRequest(Subject(ClaimId.C1, "org.mozilla.firefox"), isShort = true, pages)
        assertEquals(listOf(wanted), experiments.requests)
    }

    @Test
    fun `nothing begins while nothing would be seen`() {
        val model = modelOf()
        engine.state = SampleEngine.OFF
        assertEquals(Obstacle.NO_WATCH, Obstacle.of(model.state))
        engine.state = SampleEngine.WATCHING
        settings.change { it.copy(excludedApps = setOf(MI)) }
        assertEquals(Obstacle.LEFT_OUT, Obstacle.of(model.state))
        model.start(pages)
        assertEquals(emptyList<ExperimentRequest>(), experiments.requests)
        model.choose("org.mozilla.firefox")
        assertNull(Obstacle.of(model.state))
        assertTrue(model.state.canStart)
    }

    @Test
    fun `there is one at a time`() {
        runs.begin(ExperimentRequest(Subject(ClaimId.C1, MI), isShort = true, pages)) {}
        val model = modelOf()
        assertEquals(Obstacle.ANOTHER, Obstacle.of(model.state))
        assertFalse(model.state.canStart)
    }

    @Test
    fun `one that cannot begin says why, and can be tried again`() {
        val model = modelOf()
        experiments.failure = RecordException("the disk is full")
        model.start(pages)
        assertEquals("the disk is full", model.state.problem)
        assertFalse(model.state.hasBegun)
        experiments.failure = null
        model.start(pages)
        assertTrue(model.state.hasBegun)
        assertNull(model.state.problem)
    }

    @Test
    fun `on a phone without any app there is nothing to begin`() {
        val model = modelOf(those = emptyList())
        assertNull(model.state.app)
        assertFalse(model.state.canStart)
    }

    private fun modelOf(app: String? = null, those: List<AppChoice> = apps): PrepareModel {
        val atOnce = Executor(Runnable::run)
        val background = Background(atOnce, atOnce)
        return PrepareModel(ClaimId.C1, app, { those }, experiments, runs, engine, settings, background).apply { watch {} }
    }

    private companion object {
        const val MI = "com.mi.globalbrowser"
    }
}
