package org.telltale.app.vpn

import java.time.Clock
import java.time.Instant
import java.time.ZoneId
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.engine.Amount
import org.telltale.app.engine.HourRow
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Query

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class TodayTest {
    private val words = TodayWords(RuntimeEnvironment.getApplication().resources)

    @Test
    fun `the day begins at midnight where the phone is`() {
        val clock = Clock.fixed(Instant.parse("2026-08-01T01:30:00Z"), ZoneId.of("Asia/Shanghai"))
        assertEquals(Query(since = Instant.parse("2026-07-31T16:00:00Z"), flagged = true), Today.query(clock))
    }

    @Test
    fun `an app counts once, however many hours it reported in`() {
        val hours = listOf(hour(10001, 3), hour(10001, 2), hour(10002, 1), hour(null, 1), hour(10003, 0))
        assertEquals(Today(findings = 7, apps = 3), Today.of(hours))
    }

    @Test
    fun `it is said in a sentence`() {
        assertEquals("No reports to trackers today", words.sentence(Today()))
        assertEquals("1 app sent 1 report to trackers today", words.sentence(Today(1, 1)))
        assertEquals("3 apps sent 1,212 reports to trackers today", words.sentence(Today(1212, 3)))
    }

    private fun hour(uid: Int?, findings: Long) =
        HourRow(Instant.EPOCH, uid?.let { Owner(it, listOf("org.example")) }, Amount(1, 1, 1), findings)
}
