package org.telltale.app.feature.timeline

import java.time.Clock
import org.telltale.app.apps.AppDirectory
import org.telltale.app.engine.HourRow
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records
import org.telltale.app.ui.Period

/** What the timeline asks of the record. It may wait. */
class TimelineRecords(private val records: Records, private val apps: AppDirectory, private val clock: Clock) {
    fun load(period: Period): Timeline {
        val now = clock.instant()
        val axis = TimeAxis.of(period, now, clock.zone)
        val query = Query(since = axis.whole.start, until = axis.whole.end)
        val gaps = records.gaps(query)
        val marks = records.marks(query, Page(0, MOST_MARKS))
        return Timeline(
            axis = axis,
            lanes = lanes(axis, records.hours(query.copy(flagged = true))),
            flows = records.coverage(query).all.flows,
            screen = ScreenTimes.of(marks, gaps, axis.whole, now).takeIf { period != Period.MONTH },
            gaps = gaps,
            marks = marks.filter { it.kind == MarkKind.NOTE && it.time in axis.whole },
            now = now,
        )
    }

    private fun lanes(axis: TimeAxis, hours: List<HourRow>): List<Lane> = hours.filter { it.findings > 0 }
        .groupBy { it.owner?.key }.values
        .map { rows -> Lane(rows.first().owner, apps.describe(rows.first().owner), counts(axis, rows)) }
        .sortedByDescending { it.total }

    private fun counts(axis: TimeAxis, rows: List<HourRow>): List<Long> {
        val sums = LongArray(axis.slots.size)
        rows.forEach { row -> axis.indexOf(row.start)?.let { sums[it] += row.findings } }
        return sums.asList()
    }

    private companion object {
        /** A screen that goes on and off every five minutes for a week makes as many. */
        const val MOST_MARKS = 4_096
    }
}
