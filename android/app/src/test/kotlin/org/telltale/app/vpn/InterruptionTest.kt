package org.telltale.app.vpn

import java.time.Duration
import java.time.Instant
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.telltale.app.engine.Gap
import org.telltale.app.engine.GapReason

class InterruptionTest {
    private val now = Instant.parse("2026-08-01T10:00:00Z")

    @Test
    fun `a kill that has just come to its end is told`() {
        val from = now - Duration.ofHours(2)
        assertEquals(Interruption.Killed(from, now), before(gap(GapReason.KILLED, from, now)))
    }

    @Test
    fun `a short one is not worth a word`() {
        assertNull(before(gap(GapReason.KILLED, now - Duration.ofSeconds(119), now)))
    }

    @Test
    fun `an old one was told before`() {
        val end = now - Duration.ofMinutes(2)
        assertNull(before(gap(GapReason.KILLED, end - Duration.ofHours(2), end)))
    }

    @Test
    fun `what the owner did is no news`() {
        assertNull(before(gap(GapReason.NOT_RUNNING, now - Duration.ofHours(2), now)))
        assertNull(before())
    }

    @Test
    fun `the latest is told, whatever lies between`() {
        val from = now - Duration.ofHours(2)
        val hidden = gap(GapReason.NAMES_HIDDEN, now, null)
        assertEquals(Interruption.Killed(from, now), before(hidden, gap(GapReason.KILLED, from, now)))
    }

    private fun before(vararg gaps: Gap) = Interruption.before(gaps.toList(), now)

    private fun gap(reason: GapReason, from: Instant, to: Instant?) = Gap(from, to, reason, lost = 0)
}
