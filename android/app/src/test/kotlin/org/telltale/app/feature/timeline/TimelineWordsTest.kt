package org.telltale.app.feature.timeline

import android.content.Context
import java.time.Duration
import java.time.Instant
import java.time.ZoneOffset
import java.util.Locale
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.apps.Face
import org.telltale.app.engine.Gap
import org.telltale.app.engine.GapReason
import org.telltale.app.engine.Mark
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.Owner
import org.telltale.app.ui.Format
import org.telltale.app.ui.GapWords
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Line
import org.telltale.app.ui.Period

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class TimelineWordsTest {
    private val context: Context = RuntimeEnvironment.getApplication()
    private val now: Instant = Instant.parse("2026-03-11T15:42:00Z")
    private val axis = TimeAxis.of(Period.DAY, now, ZoneOffset.UTC)
    private val format = Format(Locale.ENGLISH, is24Hour = true, zone = ZoneOffset.UTC)
    private val words = TimelineWords(context.resources, format, ZoneOffset.UTC)
    private val items = TimelineItems(words, GapWords(context.resources, format), format, ZoneOffset.UTC)

    @Test
    fun `the sentence tells nothing seen from nothing found`() {
        assertEquals("3 reports by 2 apps", words.sentence(timeline(lane("A", 3 to 2), lane("B", 4 to 1))))
        assertEquals("1 report by 1 app", words.sentence(timeline(lane("A", 3 to 1))))
        assertEquals("No app reported to a known tracker", words.sentence(timeline()))
        assertEquals("The phone was not watched in this time", words.sentence(timeline().copy(flows = 0)))
    }

    @Test
    fun `more apps than there is room for share the last lane`() {
        val many = timeline(*Array(8) { lane("App $it", 3 to 10 - it) })
        val rows = words.lanes(many, most = 6).rows
        assertEquals(listOf("App 0", "App 1", "App 2", "App 3", "App 4", "3 other apps"), rows.map { it.label })
        assertEquals(5L + 4 + 3, rows.last().values[3])
        assertEquals(many.total, rows.sumOf { it.values.sum() })
        assertEquals(6, words.lanes(timeline(*Array(6) { lane("$it", 3 to 1) }), most = 6).rows.size)
    }

    @Test
    fun `the apps of a slot are told by their counts there`() {
        val lanes = listOf(lane("A", 3 to 2), lane("B", 3 to 9), lane("C", 3 to 1), lane("D", 3 to 1), lane("E", 4 to 50))
        assertEquals("B 9, A 2, and 2 other apps", words.apps(lanes, 3))
        assertEquals("E 50", words.apps(lanes, 4))
    }

    @Test
    fun `what the screen did is told only where it is known, and not of the future`() {
        val slot = { hour: Int -> axis.slots[hour] }
        val screen = listOf(Span(slot(3).start, slot(4).start + Duration.ofMinutes(20)))
        val timeline = timeline().copy(screen = screen)
        assertEquals("Screen on", words.screen(slot(3), timeline))
        assertEquals("Screen on for 20 min", words.screen(slot(4), timeline))
        assertEquals("Screen off", words.screen(slot(5), timeline))
        assertNull(words.screen(slot(20), timeline))
        assertNull(words.screen(slot(3), timeline()))
    }

    @Test
    fun `the list says all that the chart shows, the latest first`() {
        val mark = Mark(axis.slots[12].start + Duration.ofMinutes(5), MarkKind.NOTE, "browser", null)
        val gap = Gap(axis.slots[5].start, axis.slots[7].start, GapReason.KILLED, 0)
        val list = items.of(timeline(lane("A", 12 to 2, 3 to 1)).copy(marks = listOf(mark), gaps = listOf(gap)))
        assertEquals(listOf("Wed, Mar 11"), list.filterIsInstance<Heading>().map { it.words })
        val titles = list.filterIsInstance<Line>().map { it.title.toString() }
        assertEquals(listOf("You: “browser”", "12:00 – 13:00", "The system ended the app", "03:00 – 04:00"), titles)
        assertEquals(list.map { it.id }.distinct(), list.map { it.id })
    }

    @Test
    fun `a gap that began before the period is drawn from its beginning on, and one that lasts until now`() {
        val before = Gap(axis.whole.start - Duration.ofHours(5), axis.slots[2].start, GapReason.NOT_RUNNING, 0)
        val lasting = Gap(axis.slots[12].start, null, GapReason.REVOKED, 0)
        val hidden = Gap(axis.slots[0].start, null, GapReason.NAMES_HIDDEN, 0)
        val blind = words.lanes(timeline(lane("A", 3 to 1)).copy(gaps = listOf(before, lasting, hidden)), 6).blind
        assertEquals(listOf(0f..2f / 24, 0.5f..axis.shareOf(now)), blind)
        assertTrue(axis.shareOf(now) < 16f / 24)
    }

    private fun timeline(vararg lanes: Lane) = Timeline(axis, lanes.toList(), 100, null, emptyList(), emptyList(), now)

    private fun lane(label: String, vararg counts: Pair<Int, Int>): Lane {
        val perSlot = LongArray(24).apply { counts.forEach { (slot, count) -> set(slot, count.toLong()) } }
        return Lane(Owner(label.hashCode(), listOf(label)), Face(label, null, isSystem = false, isInstalled = true), perSlot.asList())
    }
}
