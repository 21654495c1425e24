package org.telltale.app.ui

import java.time.Instant
import java.time.LocalDate
import java.time.ZoneId
import java.time.temporal.ChronoUnit

/** How far back one looks. */
enum class Period(val days: Long?) {
    DAY(1), WEEK(7), MONTH(30), ALL(null);

    /** The midnight at which it begins, or null for the whole record. */
    fun since(now: Instant, zone: ZoneId): Instant? = days?.let { firstDay(now, zone, it).atStartOfDay(zone).toInstant() }

    companion object {
        internal fun firstDay(now: Instant, zone: ZoneId, days: Long): LocalDate =
            now.atZone(zone).toLocalDate().minusDays(days - 1)
    }
}

/** Neighbouring intervals into which times are sorted: the hours of a day, else days or groups of days. */
class Buckets private constructor(val starts: List<Instant>, val areHours: Boolean) {
    /** Of the interval that [time] is in; times outside belong to the nearest. */
    fun indexOf(time: Instant): Int = starts.binarySearch(time).let { if (it >= 0) it else -it - 2 }.coerceAtLeast(0)

    /** Adds up what falls into each interval. */
    fun <T> sum(items: List<T>, time: (T) -> Instant, amount: (T) -> Long): List<Long> {
        val sums = LongArray(starts.size)
        items.forEach { sums[indexOf(time(it))] += amount(it) }
        return sums.asList()
    }

    companion object {
        private const val MOST = 30L

        /** Those of [period]; the whole record begins at [oldest]. */
        fun of(period: Period, now: Instant, zone: ZoneId, oldest: Instant? = null): Buckets {
            if (period == Period.DAY) return hours(now, zone)
            val today = now.atZone(zone).toLocalDate()
            val days = period.days ?: ((oldest?.atZone(zone)?.toLocalDate() ?: today).until(today, ChronoUnit.DAYS) + 1)
            return days(today, days.coerceAtLeast(1), zone)
        }

        /** A day in which the clock is changed has 23 or 25 of them. */
        private fun hours(now: Instant, zone: ZoneId): Buckets {
            val day = now.atZone(zone).toLocalDate()
            val end = day.plusDays(1).atStartOfDay(zone).toInstant()
            val starts = generateSequence(day.atStartOfDay(zone).toInstant()) { it.plus(1, ChronoUnit.HOURS) }
            return Buckets(starts.takeWhile { it < end }.toList(), areHours = true)
        }

        private fun days(today: LocalDate, days: Long, zone: ZoneId): Buckets {
            val group = (days + MOST - 1) / MOST
            val count = (days + group - 1) / group
            val starts = (count - 1 downTo 0).map { today.minusDays(it * group + group - 1).atStartOfDay(zone).toInstant() }
            return Buckets(starts, areHours = false)
        }
    }
}
