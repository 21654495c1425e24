package org.telltale.app.feature.timeline

import java.time.Instant
import java.time.ZoneId
import org.telltale.app.engine.Gap
import org.telltale.app.engine.Mark
import org.telltale.app.ui.Format
import org.telltale.app.ui.GapWords
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.Line
import org.telltale.app.ui.Period

/** What the chart shows as a list, the latest first. A line of a slot leads to its [Span]. */
class TimelineItems(
    private val words: TimelineWords,
    private val gapWords: GapWords,
    private val format: Format,
    private val zone: ZoneId,
) {
    private class Entry(val time: Instant, val line: Line)

    fun of(timeline: Timeline): List<Item> {
        val entries = entriesOf(timeline).sortedByDescending { it.time }
        if (timeline.axis.period == Period.MONTH) return entries.map { it.line }
        return entries.groupBy { it.time.atZone(zone).toLocalDate() }
            .flatMap { (day, those) -> listOf(Heading(format.date(day))) + those.map { it.line } }
    }

    /** Marks and gaps of a span, the latest first. */
    fun beside(state: SpanState): List<Line> {
        val entries = marks(state.marks, state.now) + gaps(state.gaps, state.span, state.now)
        return entries.sortedByDescending { it.time }.map { it.line }
    }

    private fun entriesOf(timeline: Timeline) = slots(timeline) + marks(timeline.marks, timeline.now) +
        gaps(timeline.gaps, timeline.axis.whole, timeline.now)

    private fun slots(timeline: Timeline): List<Entry> = timeline.perSlot.mapIndexedNotNull { at, reports ->
        val slot = timeline.axis.slots[at]
        if (reports == 0L) null else Entry(slot.start, line(timeline, at, slot, reports))
    }

    private fun line(timeline: Timeline, at: Int, slot: Span, reports: Long) = Line(
        id = slot,
        title = words.slot(slot, timeline),
        detail = words.apps(timeline.lanes, at),
        facts = words.screen(slot, timeline),
        count = format.short(reports),
        target = slot,
    )

    private fun marks(marks: List<Mark>, now: Instant) = marks.map { mark ->
        Entry(mark.time, Line(id = mark, title = words.mark(mark), facts = format.moment(mark.time, now)))
    }

    private fun gaps(gaps: List<Gap>, within: Span, now: Instant) = gaps.mapNotNull { gap ->
        val line = Line(id = gap, title = gapWords.reason(gap), facts = gapWords.time(gap, now))
        gap.within(within, now)?.let { Entry(it.start, line) }
    }
}
