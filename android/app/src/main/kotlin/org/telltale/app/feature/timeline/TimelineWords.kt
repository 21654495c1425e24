package org.telltale.app.feature.timeline

import android.content.res.Resources
import java.time.Duration
import java.time.ZoneId
import org.telltale.app.R
import org.telltale.app.engine.Mark
import org.telltale.app.ui.Format
import org.telltale.app.ui.Period

/** The timeline in words. */
class TimelineWords(private val resources: Resources, private val format: Format, private val zone: ZoneId) {
    fun period(period: Period): String = resources.getString(
        when (period) {
            Period.DAY -> R.string.home_today
            Period.WEEK -> R.string.home_week
            Period.MONTH -> R.string.home_month
            Period.ALL -> R.string.home_all_time
        },
    )

    /** `212 reports by 9 apps`. */
    fun sentence(timeline: Timeline): String {
        if (timeline.flows == 0L) return resources.getString(R.string.home_not_watched)
        if (timeline.total == 0L) return resources.getString(R.string.home_none)
        val apps = resources.getQuantityString(R.plurals.timeline_apps, timeline.lanes.size, count(timeline.lanes.size))
        return plural(R.plurals.timeline_reports, timeline.total, apps)
    }

    fun lanes(timeline: Timeline, most: Int): Lanes {
        val axis = timeline.axis
        fun shares(span: Span) = axis.shareOf(span.start)..axis.shareOf(span.end)
        val blind = timeline.gaps.filter { it.isBlind }.mapNotNull { it.within(axis.whole, timeline.now) }
        return Lanes(
            rows = rows(timeline, most),
            slots = axis.slots.size,
            screen = timeline.screen.orEmpty().map(::shares),
            blind = blind.map(::shares),
            marks = timeline.marks.map { axis.shareOf(it.time) },
            labels = labels(axis, timeline),
            words = describe(timeline),
        )
    }

    /** The lanes of most apps by name; what is left shares one. */
    private fun rows(timeline: Timeline, most: Int): List<Lanes.Row> {
        val isWhole = timeline.lanes.size <= most
        val named = if (isWhole) timeline.lanes else timeline.lanes.take(most - 1)
        val rest = timeline.lanes.drop(named.size)
        val rows = named.map { Lanes.Row(it.face.label, it.face.icon, format.short(it.total), it.counts) }
        if (rest.isEmpty()) return rows
        val label = resources.getQuantityString(R.plurals.timeline_more_apps, rest.size, count(rest.size))
        val counts = timeline.axis.slots.indices.map { at -> rest.sumOf { it.counts[at] } }
        return rows + Lanes.Row(label, null, format.short(rest.sumOf { it.total }), counts)
    }

    private fun labels(axis: TimeAxis, timeline: Timeline): Map<Int, String> {
        val today = timeline.now.atZone(zone).toLocalDate()
        val days = axis.slots.map { it.start.atZone(zone) }
        return when (axis.period) {
            Period.DAY -> days.indices.filter { days[it].hour % LABEL_HOURS == 0 }
                .associateWith { format.hour(days[it].hour) }
            Period.WEEK -> days.indices.filter { it == 0 || days[it - 1].dayOfMonth != days[it].dayOfMonth }
                .associateWith { format.weekday(days[it].toLocalDate()) }
            else -> days.indices.filter { it % LABEL_DAYS == 0 }
                .associateWith { format.day(days[it].toLocalDate(), today) }
        }
    }

    private fun describe(timeline: Timeline): String {
        val counts = timeline.perSlot
        if (timeline.total == 0L) return resources.getString(R.string.chart_nothing)
        val at = counts.indices.maxBy { counts[it] }
        val most = slot(timeline.axis.slots[at], timeline)
        return resources.getString(R.string.timeline_chart, sentence(timeline), most, format.count(counts[at]))
    }

    /** `14:00 – 15:00`; of a month the day. */
    fun slot(span: Span, timeline: Timeline): String =
        if (timeline.axis.period == Period.MONTH) day(span) else hours(span)

    fun hours(span: Span): String =
        resources.getString(R.string.timeline_span, format.time(span.start), format.time(span.end))

    /** `Wed, 11 Mar`. */
    fun day(span: Span): String = format.date(span.start.atZone(zone).toLocalDate())

    /** `Mi Browser 23, MSA 12 and 2 other apps`. */
    fun apps(lanes: List<Lane>, slot: Int): String {
        val there = lanes.filter { it.counts[slot] > 0 }.sortedByDescending { it.counts[slot] }
        val isWhole = there.size <= NAMED_APPS
        val named = (if (isWhole) there else there.take(NAMED_APPS - 1)).map { lane ->
            resources.getString(R.string.timeline_app_count, lane.face.label, format.count(lane.counts[slot]))
        }
        val rest = there.size - named.size
        if (rest == 0) return format.list(named)
        return format.list(named + resources.getQuantityString(R.plurals.timeline_more_apps, rest, count(rest)))
    }

    /** `Wed, 11 Mar, 14:00 – 15:00`; of a whole day the day alone. */
    fun title(span: Span): String {
        if (span.length >= Duration.ofHours(WHOLE_DAY_HOURS)) return day(span)
        return resources.getString(R.string.timeline_day_span, day(span), hours(span))
    }

    /** What the screen did in [span], or null where nothing tells. */
    fun screen(span: Span, timeline: Timeline): String? {
        val spans = timeline.screen ?: return null
        val until = minOf(span.end, timeline.now)
        if (span.start >= until) return null
        val seen = Span(span.start, until)
        val on = spans.mapNotNull { it.cut(seen) }.fold(Duration.ZERO) { sum, it -> sum + it.length }
        return when {
            on < Duration.ofMinutes(1) -> resources.getString(R.string.timeline_screen_off)
            on >= seen.length.minusMinutes(1) -> resources.getString(R.string.timeline_screen_on)
            else -> resources.getString(R.string.timeline_screen_for, format.duration(on))
        }
    }

    fun mark(mark: Mark): String = mark.text?.let { resources.getString(R.string.timeline_mark_text, it) }
        ?: resources.getString(R.string.timeline_mark)

    private fun plural(id: Int, amount: Long, more: String) =
        resources.getQuantityString(id, amount.coerceAtMost(Int.MAX_VALUE.toLong()).toInt(), format.count(amount), more)

    private fun count(value: Int) = format.count(value.toLong())

    private companion object {
        const val WHOLE_DAY_HOURS = 23L
        const val LABEL_HOURS = 3
        const val LABEL_DAYS = 5
        const val NAMED_APPS = 3
    }
}
