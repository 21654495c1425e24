package org.telltale.app.feature.home

import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Live
import org.telltale.app.engine.Phase
import org.telltale.app.engine.RecordException
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleRecords
import org.telltale.app.ui.Period

class HomeModelTest {
    private val records = SamplePhone.records()
    private val engine = SampleEngine()
    private val clock = MovingClock()
    private val model = modelOf(records)

    @Test
    fun `the day is told when somebody looks`() {
        model.watch {}
        val summary = requireNotNull(model.state.summary)
        val flagged = SamplePhone.flows.filter { it.start >= Instant.parse("2026-03-11T00:00:00Z") && it.finding != null }
        assertEquals(flagged.size.toLong(), summary.findings)
        assertEquals(flagged.distinctBy { it.owner }.size, summary.apps)
        assertEquals(summary.findings, summary.perBucket.sum())
        assertEquals(1, summary.gaps)
        assertEquals(Duration.ofMinutes(123), summary.gapTime)
        assertFalse(model.state.isLoading)
    }

    @Test
    fun `apps with the most reports come first, with their bars`() {
        model.watch {}
        val apps = model.state.apps
        assertEquals(apps.sortedByDescending { it.row.findings }, apps)
        apps.forEach { assertEquals(it.row.findings, it.bars.values.sum()) }
    }

    @Test
    fun `a filter says what is listed`() {
        model.watch {}
        model.filter(HomeFilter(flaggedOnly = false, origin = Origin.USER))
        assertTrue(model.state.apps.isNotEmpty())
        assertTrue(model.state.apps.none { it.face.isSystem })
        model.filter(HomeFilter(flaggedOnly = false, search = "GALLERY"))
        assertEquals(listOf("com.miui.gallery"), model.state.apps.map { it.face.label })
        model.filter(HomeFilter(flaggedOnly = false, search = "miui.gal"))
        assertEquals(listOf("com.miui.gallery"), model.state.apps.map { it.face.label })
        model.filter(HomeFilter(flaggedOnly = false, search = "umeng.com"))
        assertEquals(listOf("com.example.transit.planner.metropolitan"), model.state.apps.map { it.face.label })
    }

    @Test
    fun `another period is told anew`() {
        model.watch {}
        val day = requireNotNull(model.state.summary)
        model.filter(HomeFilter(period = Period.WEEK))
        val week = requireNotNull(model.state.summary)
        assertTrue(week.findings > day.findings)
        assertEquals(7, week.perBucket.size)
    }

    @Test
    fun `news of the engine is read at most every two seconds`() {
        model.watch {}
        val first = requireNotNull(model.state.summary).now
        clock.now += Duration.ofSeconds(1)
        engine.state = watching(flows = 900)
        assertEquals(first, model.state.summary?.now)
        clock.now += Duration.ofSeconds(1)
        engine.state = watching(flows = 901)
        assertEquals(clock.now, model.state.summary?.now)
        assertEquals(901, model.state.engine.live.flows)
    }

    @Test
    fun `nobody looks, nothing is asked`() {
        model.watch {}
        model.unwatch()
        val before = model.state
        clock.now += Duration.ofMinutes(1)
        engine.state = watching(flows = 950)
        assertEquals(before, model.state)
    }

    @Test
    fun `trouble is told, and over when the record can be read again`() {
        records.failure = RecordException("locked")
        model.watch {}
        assertEquals("locked", model.state.problem)
        records.failure = null
        model.refresh()
        assertEquals(null, model.state.problem)
        assertNotNull(model.state.summary)
    }

    @Test
    fun `an empty record was never watched`() {
        val empty = modelOf(SampleRecords(emptyList()))
        empty.watch {}
        assertEquals(false, empty.state.summary?.everWatched)
        assertTrue(empty.state.apps.isEmpty())
    }

    private fun modelOf(records: SampleRecords): HomeModel {
        val atOnce = Executor(Runnable::run)
        val apps = AppDirectory { owner ->
            val name = owner?.packages?.first().orEmpty()
            Face(name, null, isSystem = "miui" in name || "xiaomi" in name || name == "android", isInstalled = true)
        }
        return HomeModel(engine, HomeRecords(records, apps, clock), Background(atOnce, atOnce), clock)
    }

    private fun watching(flows: Long) = EngineState(Phase.WATCHING, SamplePhone.NOW, Live(flows = flows))

    private class MovingClock(var now: Instant = SamplePhone.NOW) : Clock() {
        override fun getZone(): ZoneId = ZoneOffset.UTC

        override fun withZone(zone: ZoneId): Clock = this

        override fun instant(): Instant = now
    }
}
