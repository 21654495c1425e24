package org.telltale.app.feature.timeline

import java.time.Duration
import java.time.Instant
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.telltale.app.engine.Gap
import org.telltale.app.engine.GapReason
import org.telltale.app.engine.Mark
import org.telltale.app.engine.MarkKind

class ScreenTimesTest {
    private val midnight: Instant = Instant.parse("2026-03-11T00:00:00Z")
    private val day = Span(midnight, midnight + Duration.ofDays(1))
    private val now = hour(18)

    @Test
    fun `between on and off the screen was on`() {
        assertEquals(listOf(span(8, 9), span(12, 13)), screen(on(8), off(9), on(12), off(13)))
    }

    @Test
    fun `nothing is claimed where nothing was marked`() {
        assertNull(screen())
        assertNull(screen(Mark(hour(3), MarkKind.NOTE, "browser", null)))
    }

    @Test
    fun `a screen that goes off first was on since midnight, one that is on stays so until now`() {
        assertEquals(listOf(span(0, 2), span(17, 18)), screen(off(2), on(17)))
    }

    @Test
    fun `what was not seen is not filled in`() {
        val gap = Gap(hour(1), hour(7), GapReason.NOT_RUNNING, 0)
        assertEquals(listOf(span(7, 9)), screen(off(9), gaps = listOf(gap)))
        assertEquals(listOf(span(0, 1)), screen(on(0), off(9), gaps = listOf(gap)))
        val lasting = Gap(hour(16), null, GapReason.REVOKED, 0)
        assertEquals(listOf(span(15, 16)), screen(on(15), gaps = listOf(lasting)))
    }

    @Test
    fun `hidden names do not hide the screen`() {
        val hidden = Gap(hour(8), hour(20), GapReason.NAMES_HIDDEN, 0)
        assertEquals(listOf(span(7, 9)), screen(on(7), off(9), gaps = listOf(hidden)))
    }

    @Test
    fun `twice off counts from the first, twice on goes on`() {
        assertEquals(listOf(span(0, 2), span(2, 4)), screen(off(2), off(4)))
        assertEquals(listOf(span(6, 7), span(7, 8)), screen(on(6), on(7), off(8)))
    }

    private fun screen(vararg marks: Mark, gaps: List<Gap> = emptyList()) =
        ScreenTimes.of(marks.toList().reversed(), gaps, day, now)

    private fun on(hour: Int) = Mark(hour(hour), MarkKind.SCREEN_ON, null, null)

    private fun off(hour: Int) = Mark(hour(hour), MarkKind.SCREEN_OFF, null, null)

    private fun span(from: Int, to: Int) = Span(hour(from), hour(to))

    private fun hour(hour: Int): Instant = midnight + Duration.ofHours(hour.toLong())
}
