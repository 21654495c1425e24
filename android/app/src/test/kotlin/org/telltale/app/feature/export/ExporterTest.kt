package org.telltale.app.feature.export

import android.os.ParcelFileDescriptor
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException
import java.nio.file.Files
import java.time.Clock
import java.time.ZoneOffset
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.telltale.app.engine.ExportFormat
import org.telltale.app.engine.Query
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.Records
import org.telltale.app.sample.SamplePhone
import org.telltale.app.ui.Destination
import org.telltale.app.ui.FileException
import org.telltale.app.ui.FileTrouble
import org.telltale.app.ui.Period

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class ExporterTest {
    private val folder = Files.createTempDirectory("export").resolve("shared").toFile()
    private val clock = Clock.fixed(SamplePhone.NOW, ZoneOffset.UTC)
    private val records = Written()
    private val exporter = Exporter(records, folder, clock)

    @Test
    fun `what is chosen is asked for, and the file is called by day and kind`() {
        val (file, flows) = exporter.toShare(ExportChoice(Period.DAY, "10142", flaggedOnly = true, ExportFormat.JSON_LINES))
        val midnight = Period.DAY.since(SamplePhone.NOW, ZoneOffset.UTC)
        assertEquals(Query(since = midnight, app = "10142", flagged = true), records.asked)
        assertEquals("telltale-2026-03-11.jsonl", file.name)
        assertEquals(7L, flows)
        assertEquals("seven flows", file.readText())
    }

    @Test
    fun `only the latest file waits to be shared`() {
        exporter.toShare(ExportChoice(format = ExportFormat.JSON_LINES))
        exporter.toShare(ExportChoice(format = ExportFormat.CSV))
        assertEquals(listOf("telltale-2026-03-11.csv"), folder.list()?.toList())
    }

    @Test
    fun `a full disk is called so, and leaves nothing`() {
        records.failure = RecordException("writing: No space left on device (os error 28)")
        assertEquals(FileTrouble.FULL, trouble { exporter.toShare(ExportChoice()) })
        assertEquals(emptyList<String>(), folder.list()?.toList())
    }

    @Test
    fun `another failure is the record's`() {
        records.failure = RecordException("the record is damaged")
        assertEquals(FileTrouble.RECORD, trouble { exporter.toShare(ExportChoice()) })
    }

    @Test
    fun `nothing to export is no file`() {
        records.flows = 0
        val chosen = Chosen()
        assertEquals(FileTrouble.NOTHING, trouble { exporter.write(ExportChoice(), chosen) })
        assertTrue(chosen.isDiscarded)
    }

    @Test
    fun `a place that cannot be opened is told, whatever its provider throws`() {
        for (failure in listOf(FileNotFoundException("gone"), SecurityException("no"), IllegalStateException("bug"))) {
            assertEquals(FileTrouble.PLACE, trouble { exporter.write(ExportChoice(), Chosen(failure)) })
        }
        val full = Chosen(IOException("open failed: ENOSPC"))
        assertEquals(FileTrouble.FULL, trouble { exporter.write(ExportChoice(), full) })
        assertEquals(null, records.asked)
    }

    @Test
    fun `a place of the owner's gets the file`() {
        val chosen = Chosen()
        assertEquals(7L, exporter.write(ExportChoice(), chosen))
        assertEquals("seven flows", chosen.file.readText())
        assertFalse(chosen.isDiscarded)
    }

    private fun trouble(work: () -> Unit) = assertThrows(FileException::class.java) { work() }.trouble

    private inner class Chosen(private val failure: Exception? = null) : Destination {
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

    private class Written : Records by SamplePhone.records() {
        var failure: RecordException? = null
        var flows = 7L
        var asked: Query? = null

        override fun export(query: Query, format: ExportFormat, file: ParcelFileDescriptor): Long {
            asked = query
            ParcelFileDescriptor.AutoCloseOutputStream(file).use { it.write("seven flows".toByteArray()) }
            failure?.let { throw it }
            return flows
        }
    }
}
