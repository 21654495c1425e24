package org.telltale.app.engine

import android.os.ParcelFileDescriptor
import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleWeek

/** Claims and reports of the record that the core's example writes, by the Rust library of this machine. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class RustReportsTest {
    private val records = SampleWeek.parts().records
    private val page = File.createTempFile("report", ".html")

    @Test
    fun `all claims are answered, with what is behind the answers`() {
        val claims = records.claims(Query())
        assertEquals((1..12).map { "C$it" }, claims.map { it.id })
        val visited = claims.first()
        assertEquals(Answer.CONFIRMED to Grounds.EVIDENCE, visited.answer to visited.grounds)
        assertEquals(listOf("sa.api.intl.miui.com") to 12L, visited.hosts.supporting to visited.requests)
        assertTrue("$visited", "com.mi.globalbrowser" in visited.traffic.apps && visited.traffic.seen != null)
        val left = claims.single { it.id == "C11" }
        assertEquals(Answer.REFUTED to Grounds.EXPERIMENT, left.answer to left.grounds)
        assertEquals(listOf("com.miui.analytics" to true), left.trials.map { it.app to it.isComplete })
    }

    @Test
    fun `a page says what was asked for, and shows personal values in full only`() {
        val facts = listOf(ReportFact("Phone", "Redmi Note 8"))
        for (isInFull in listOf(false, true)) {
            val stamp = checkNotNull(write(ReportOptions(SamplePhone.NOW, isInFull = isInFull, facts = facts)))
            val text = page.readText()
            assertTrue("Redmi Note 8" in text && stamp.record in text && "made 2026-03-11 15:42:00 UTC" in text)
            assertEquals(isInFull, "Cystitis" in text)
            assertEquals(19L to 3L, stamp.requests to stamp.experiments)
        }
    }

    @Test
    fun `of a short time there is less, and of no record nothing`() {
        val all = checkNotNull(write(ReportOptions(SamplePhone.NOW)))
        val day = checkNotNull(write(ReportOptions(SamplePhone.NOW, since = SamplePhone.NOW.minusSeconds(86_400))))
        assertTrue(day.findings in 1 until all.findings && day.apps <= all.apps)
        assertNull(SampleWeek.nothing().records.report(ReportOptions(SamplePhone.NOW), open()))
        assertFalse(page.readText().contains("<html"))
    }

    private fun write(options: ReportOptions) = records.report(options, open())

    private fun open() = ParcelFileDescriptor.open(page, ParcelFileDescriptor.parseMode("rwt"))
}
