package org.telltale.app.feature.timeline

import java.time.Duration
import java.time.Instant
import java.time.LocalDateTime
import java.time.ZoneId
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.telltale.app.ui.Period

class TimeAxisTest {
    private val berlin = ZoneId.of("Europe/Berlin")
    private val now = at("2026-03-11T15:42")

    @Test
    fun `a day has hours, a week quarters of days, a month days`() {
        assertEquals(24, axis(Period.DAY).slots.size)
        assertEquals(28, axis(Period.WEEK).slots.size)
        assertEquals(30, axis(Period.MONTH).slots.size)
    }

    @Test
    fun `slots follow one another from midnight to midnight, also when the clock is changed`() {
        for (day in listOf("2026-03-11T15:42", "2026-03-29T12:00", "2026-10-25T12:00")) for (period in PERIODS) {
            val slots = TimeAxis.of(period, at(day), berlin).slots
            slots.zipWithNext { before, after -> assertEquals("$day $period", before.end, after.start) }
            assertEquals(at(day).atZone(berlin).toLocalDate().plusDays(1).atStartOfDay(berlin).toInstant(), slots.last().end)
        }
        assertEquals(23, TimeAxis.of(Period.DAY, at("2026-03-29T12:00"), berlin).slots.size)
        assertEquals(25, TimeAxis.of(Period.DAY, at("2026-10-25T12:00"), berlin).slots.size)
        assertEquals(28, TimeAxis.of(Period.WEEK, at("2026-10-25T12:00"), berlin).slots.size)
    }

    @Test
    fun `a time belongs to the slot that it is in, and to none outside of the period`() {
        val day = axis(Period.DAY)
        assertEquals(0, day.indexOf(at("2026-03-11T00:00")))
        assertEquals(15, day.indexOf(now))
        assertEquals(23, day.indexOf(at("2026-03-11T23:59")))
        assertNull(day.indexOf(at("2026-03-10T23:59")))
        assertNull(day.indexOf(at("2026-03-12T00:00")))
    }

    @Test
    fun `a moment stands where its share of the slots is`() {
        val day = axis(Period.DAY)
        assertEquals(0.5f, day.shareOf(at("2026-03-11T12:00")), 0.001f)
        assertEquals(0f, day.shareOf(at("2026-03-01T12:00")), 0f)
        assertEquals(1f, day.shareOf(at("2026-03-20T12:00")), 0f)
    }

    @Test
    fun `spans share what both cover`() {
        val span = Span(now, now + Duration.ofHours(2))
        assertEquals(Span(now + Duration.ofHours(1), span.end), span.cut(Span(now + Duration.ofHours(1), now + Duration.ofDays(1))))
        assertNull(span.cut(Span(span.end, span.end + Duration.ofHours(1))))
    }

    private fun axis(period: Period) = TimeAxis.of(period, now, berlin)

    private fun at(time: String): Instant = LocalDateTime.parse(time).atZone(berlin).toInstant()

    private companion object {
        val PERIODS = listOf(Period.DAY, Period.WEEK, Period.MONTH)
    }
}
