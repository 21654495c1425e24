package org.telltale.app.ui

import java.time.Instant
import java.time.LocalDateTime
import java.time.ZoneId
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

class PeriodTest {
    private val berlin = ZoneId.of("Europe/Berlin")
    private val now = at("2026-03-11T15:42")

    @Test
    fun `a period begins at a midnight of the place`() {
        assertEquals(at("2026-03-11T00:00"), Period.DAY.since(now, berlin))
        assertEquals(at("2026-03-05T00:00"), Period.WEEK.since(now, berlin))
        assertEquals(at("2026-02-10T00:00"), Period.MONTH.since(now, berlin))
        assertNull(Period.ALL.since(now, berlin))
    }

    @Test
    fun `a day has its hours, also when the clock is changed`() {
        assertEquals(24, Buckets.of(Period.DAY, now, berlin).starts.size)
        assertEquals(23, Buckets.of(Period.DAY, at("2026-03-29T12:00"), berlin).starts.size)
        assertEquals(25, Buckets.of(Period.DAY, at("2026-10-25T12:00"), berlin).starts.size)
    }

    @Test
    fun `times are added up where they belong`() {
        val week = Buckets.of(Period.WEEK, now, berlin)
        val times = listOf("2026-03-05T00:00", "2026-03-05T23:59", "2026-03-11T00:00", "2026-03-11T15:41").map(::at)
        assertEquals(listOf(2L, 0, 0, 0, 0, 0, 2), week.sum(times, { it }, { 1 }))
    }

    @Test
    fun `a long record is told in groups of days that end today`() {
        val all = Buckets.of(Period.ALL, now, berlin, oldest = at("2025-09-01T08:00"))
        assertTrue("${all.starts.size}", all.starts.size in 20..30)
        assertTrue(all.starts.first() <= at("2025-09-01T00:00"))
        assertEquals(all.starts.lastIndex, all.indexOf(now))
    }

    @Test
    fun `a record of nothing has one day`() {
        assertEquals(listOf(at("2026-03-11T00:00")), Buckets.of(Period.ALL, now, berlin).starts)
    }

    private fun at(time: String): Instant = LocalDateTime.parse(time).atZone(berlin).toInstant()
}
