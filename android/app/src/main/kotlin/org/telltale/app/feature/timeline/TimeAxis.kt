package org.telltale.app.feature.timeline

import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.temporal.ChronoUnit
import org.telltale.app.ui.Period

/** From [start] to just before [end]. */
data class Span(val start: Instant, val end: Instant) {
    val length: Duration get() = Duration.between(start, end)

    operator fun contains(time: Instant) = time >= start && time < end

    /** What it has in common with [other]; null where that is nothing. */
    fun cut(other: Span): Span? =
        Span(maxOf(start, other.start), minOf(end, other.end)).takeIf { it.start < it.end }
}

/** The time of a period, in slots that follow one another. */
class TimeAxis private constructor(val period: Period, val slots: List<Span>) {
    val whole = Span(slots.first().start, slots.last().end)

    /** Of the slot that [time] is in, or null outside of the period. */
    fun indexOf(time: Instant): Int? = slots.indexOfLast { it.start <= time }.takeIf { time in whole }

    /** How far [time] is along the axis, from 0 to 1. Each slot takes the same room, also where a clock was changed. */
    fun shareOf(time: Instant): Float {
        if (time <= whole.start) return 0f
        if (time >= whole.end) return 1f
        val at = slots.indexOfLast { it.start <= time }
        val within = Duration.between(slots[at].start, time).toMillis().toFloat() / slots[at].length.toMillis()
        return (at + within) / slots.size
    }

    companion object {
        private const val SLOT_OF_A_WEEK_HOURS = 6L
        private const val DAY_HOURS = 25L

        /** The hours of a day, the quarters of the days of a week, the days of a month. */
        fun of(period: Period, now: Instant, zone: ZoneId): TimeAxis {
            val since = requireNotNull(period.since(now, zone)) { "the whole record has no slots" }
            val first = since.atZone(zone).toLocalDate()
            val last = now.atZone(zone).toLocalDate()
            val days = generateSequence(first) { it.plusDays(1) }.takeWhile { it <= last }
            val hours = when (period) {
                Period.DAY -> 1L
                Period.WEEK -> SLOT_OF_A_WEEK_HOURS
                else -> DAY_HOURS
            }
            return TimeAxis(period, days.flatMap { day ->
                slots(day.atStartOfDay(zone).toInstant(), day.plusDays(1).atStartOfDay(zone).toInstant(), hours)
            }.toList())
        }

        /** A day in which the clock is changed has one hour more or less; its last slot takes that. */
        private fun slots(start: Instant, end: Instant, hours: Long): List<Span> {
            val starts = generateSequence(start) { it.plus(hours, ChronoUnit.HOURS) }.takeWhile { it < end }.toList()
            val whole = starts.filter { hours == 1L || it == start || Duration.between(it, end).toHours() > 1 }
            return whole.mapIndexed { at, it -> Span(it, whole.getOrElse(at + 1) { end }) }
        }
    }
}
