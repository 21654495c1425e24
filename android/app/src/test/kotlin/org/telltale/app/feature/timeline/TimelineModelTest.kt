package org.telltale.app.feature.timeline

import java.time.Clock
import java.time.ZoneOffset
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.telltale.app.engine.Background
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.RecordException
import org.telltale.app.sample.SampleApps
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SamplePhone
import org.telltale.app.ui.Period

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class TimelineModelTest {
    private val clock = Clock.fixed(SamplePhone.NOW, ZoneOffset.UTC)
    private val records = SamplePhone.records()
    private val engine = SampleEngine()
    private val background = Executor(Runnable::run).let { Background(it, it) }
    private val model = TimelineModel(engine, TimelineRecords(records, SampleApps, clock), background, clock)
    private var shown = model.state

    @Test
    fun `lanes add up to all findings of the period, the busiest app first`() {
        watch()
        val timeline = requireNotNull(shown.timeline)
        val midnight = requireNotNull(Period.DAY.since(SamplePhone.NOW, ZoneOffset.UTC))
        assertEquals(SamplePhone.flows.count { it.finding != null && it.start >= midnight }.toLong(), timeline.total)
        assertEquals(timeline.lanes.sortedByDescending { it.total }, timeline.lanes)
        assertTrue(timeline.lanes.none { it.total == 0L })
        assertEquals(timeline.total, timeline.perSlot.sum())
    }

    @Test
    fun `another period is read when it is chosen`() {
        watch()
        val today = requireNotNull(shown.timeline).total
        model.choose(Period.MONTH)
        assertEquals(30, shown.timeline?.axis?.slots?.size)
        assertTrue(requireNotNull(shown.timeline).total > today)
        assertNull("of a month the screen is not told", shown.timeline?.screen)
    }

    @Test
    fun `a mark is passed on, with words only where there are some`() {
        watch()
        model.mark("  ")
        assertEquals(listOf(MarkKind.NOTE), engine.marks)
    }

    @Test
    fun `trouble is told, and keeps what was shown`() {
        watch()
        records.failure = RecordException("locked")
        model.refresh()
        assertEquals("locked", shown.problem)
        assertTrue(shown.timeline != null)
    }

    @Test
    fun `the state of the engine is followed while somebody looks`() {
        watch()
        assertTrue(shown.isWatching)
        engine.state = SampleEngine.OFF
        assertEquals(false, shown.isWatching)
        model.unwatch()
        engine.state = SampleEngine.WATCHING
        assertEquals(false, model.state.isWatching)
    }

    private fun watch() = model.watch { shown = it }
}
