package org.telltale.app.feature.report

import android.os.ParcelFileDescriptor
import java.io.File
import java.nio.file.Files
import java.security.MessageDigest
import java.time.Clock
import java.time.ZoneOffset
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.telltale.app.apps.AppVersions
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.ReportFact
import org.telltale.app.sample.SampleApps
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleRecords
import org.telltale.app.ui.Destination
import org.telltale.app.ui.FileException
import org.telltale.app.ui.FileTrouble
import org.telltale.app.ui.Period

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class ReporterTest {
    private val folder = Files.createTempDirectory("report").resolve("shared").toFile()
    private val clock = Clock.fixed(SamplePhone.NOW, ZoneOffset.UTC)
    private val versions = AppVersions { name -> "12.1.4".takeIf { name == "com.mi.globalbrowser" } }
    private val records = SamplePhone.records()
    private val reporter = reporterOf(records)

    @Test
    fun `what is chosen is asked for, and the page is known by its bytes`() {
        val made = reporter.make(ReportChoice(Period.DAY, isInFull = true))
        val page = made.file.readText()
        val midnight = Period.DAY.since(SamplePhone.NOW, ZoneOffset.UTC)
        assertTrue(page, "since=$midnight" in page && "isInFull=true" in page && "made=${SamplePhone.NOW}" in page)
        assertEquals("telltale-2026-03-11.html", made.file.name)
        assertEquals(page.length.toLong(), made.size)
        val digest = MessageDigest.getInstance("SHA-256").digest(page.toByteArray())
        assertEquals(digest.joinToString("") { "%02x".format(it) }, made.sha256)
    }

    @Test
    fun `versions are told of apps that report and are installed, unless nothing is to be told of the phone`() {
        val facts = reporter.make(ReportChoice(Period.ALL)).facts
        assertEquals(listOf("Phone", "Android"), facts.take(2).map { it.name })
        assertTrue("$facts", ReportFact("Mi Browser (com.mi.globalbrowser)", "12.1.4") in facts)
        assertFalse("$facts", facts.any { "wikipedia" in it.name })
        val silent = reporter.make(ReportChoice(Period.ALL, tellsPhone = false))
        assertEquals(emptyList<ReportFact>(), silent.facts)
        assertTrue("facts=[]" in silent.file.readText())
    }

    @Test
    fun `the system of Xiaomi's phones is known by its build`() {
        assertEquals(ReportFact("MIUI", "V12.5.7.0.RCOMIXM"), PhoneFacts.rom("V12.5.7.0.RCOMIXM"))
        assertEquals(ReportFact("HyperOS", "OS1.0.5.0.UMCMIXM"), PhoneFacts.rom("OS1.0.5.0.UMCMIXM"))
        for (other in listOf("eng.root", "Verizon", "OS", "20.3.2")) assertNull(other, PhoneFacts.rom(other))
    }

    @Test
    fun `failures leave no file, and are told apart`() {
        records.failure = RecordException("writing: No space left on device (os error 28)")
        assertEquals(FileTrouble.FULL, trouble { reporter.make(ReportChoice()) })
        records.failure = RecordException("the record is damaged")
        assertEquals(FileTrouble.RECORD, trouble { reporter.make(ReportChoice()) })
        assertEquals(FileTrouble.NOTHING, trouble { reporterOf(SampleRecords(emptyList())).make(ReportChoice()) })
        assertEquals(emptyList<String>(), folder.list()?.toList().orEmpty())
    }

    @Test
    fun `a place of the owner's gets the very bytes that were made`() {
        val made = reporter.make(ReportChoice())
        val chosen = Chosen()
        reporter.save(made, chosen)
        assertEquals(made.file.readText(), chosen.file.readText())
        assertFalse(chosen.isDiscarded)
    }

    @Test
    fun `what could not be copied is told, and nothing is left of it`() {
        val made = reporter.make(ReportChoice())
        assertEquals(FileTrouble.PLACE, trouble { reporter.save(made, Chosen(SecurityException("no"))) })
        made.file.delete()
        val chosen = Chosen()
        assertEquals(FileTrouble.PLACE, trouble { reporter.save(made, chosen) })
        assertTrue(chosen.isDiscarded)
    }

    private fun reporterOf(records: SampleRecords) = Reporter(records, PhoneFacts(SampleApps, versions), folder, clock)

    private fun trouble(work: () -> Unit) = assertThrows(FileException::class.java) { work() }.trouble

    private class Chosen(private val failure: Exception? = null) : Destination {
        val file: File = File.createTempFile("chosen", null)
        var isDiscarded = false

        override fun open(): ParcelFileDescriptor {
            failure?.let { throw it }
            return ParcelFileDescriptor.open(file, ParcelFileDescriptor.MODE_READ_WRITE)
        }

        override fun discard() {
            isDiscarded = true
        }
    }
}
