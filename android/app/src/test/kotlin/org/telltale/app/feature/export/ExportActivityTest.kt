package org.telltale.app.feature.export

import android.app.Activity
import android.content.Intent
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.view.View
import android.widget.TextView
import java.io.File
import java.nio.file.Files
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.telltale.app.R
import org.telltale.app.engine.ExportFormat
import org.telltale.app.engine.Query
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.Records
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SamplePhone
import org.telltale.app.screens.start
import org.telltale.app.screens.useParts
import org.telltale.app.screens.view
import org.telltale.app.ui.SharedFiles

/** From the button to the file. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35])
class ExportActivityTest {
    private val records = Lines()
    private val folder = Files.createTempDirectory("documents").toFile()
    private val activity = start()

    private fun start(): ExportActivity {
        useParts(SampleParts.of(records))
        return start<ExportActivity>()
    }

    @Test
    @Suppress("DEPRECATION")
    fun `what is shared can be read by whom it is given to, once`() {
        activity.view<View>(R.id.export_share).performClick()
        val chooser = shadowOf(activity).nextStartedActivity
        assertEquals(Intent.ACTION_CHOOSER, chooser.action)
        val parcel = requireNotNull(chooser.getParcelableExtra<Intent>(Intent.EXTRA_INTENT))
        assertEquals("text/csv", parcel.type)
        assertTrue(parcel.flags and Intent.FLAG_GRANT_READ_URI_PERMISSION != 0)
        val address = requireNotNull(parcel.getParcelableExtra<Uri>(Intent.EXTRA_STREAM))
        assertEquals(address, parcel.clipData?.getItemAt(0)?.uri)
        val provider = Robolectric.setupContentProvider(SharedFiles::class.java, SharedFiles.AUTHORITY)
        val stream = ParcelFileDescriptor.AutoCloseInputStream(provider.openFile(address, "r"))
        val text = stream.bufferedReader().use { it.readText() }
        assertEquals("CSV of 2", text)
        assertEquals("2 connections written", outcome())
        assertEquals(null, shadowOf(activity.apply { recreate() }).nextStartedActivity)
    }

    @Test
    fun `a place of the owner's gets the file in the format of choice`() {
        activity.view<View>(R.id.export_json).performClick()
        activity.view<View>(R.id.export_save).performClick()
        val question = shadowOf(activity).nextStartedActivity
        assertEquals(Intent.ACTION_CREATE_DOCUMENT, question.action)
        val name = requireNotNull(question.getStringExtra(Intent.EXTRA_TITLE))
        assertTrue(name, name.endsWith(".jsonl"))
        File(folder, name).createNewFile()
        shadowOf(activity).receiveResult(question, Activity.RESULT_OK, Intent().setData(Uri.fromFile(File(folder, name))))
        assertEquals("JSON_LINES of 2", File(folder, name).readText())
        assertEquals("2 connections written", outcome())
    }

    @Test
    fun `a place that cannot be written to is told in one sentence`() {
        activity.view<View>(R.id.export_save).performClick()
        val picked = Intent().setData(Uri.fromFile(File(folder, "gone/file.csv")))
        shadowOf(activity).receiveResult(shadowOf(activity).nextStartedActivity, Activity.RESULT_OK, picked)
        assertEquals(activity.getString(R.string.export_place), outcome())
    }

    @Test
    fun `a full phone is told in one sentence, and nothing is shared`() {
        records.failure = RecordException("No space left on device (os error 28)")
        activity.view<View>(R.id.export_share).performClick()
        assertEquals(activity.getString(R.string.export_full), outcome())
        assertEquals(null, shadowOf(activity).nextStartedActivity)
        assertFalse(SharedFiles.folder(activity).walk().any { it.isFile })
    }

    private fun outcome() = activity.view<TextView>(R.id.export_outcome).text.toString()

    private class Lines : Records by SamplePhone.records() {
        var failure: RecordException? = null

        override fun export(query: Query, format: ExportFormat, file: ParcelFileDescriptor): Long {
            ParcelFileDescriptor.AutoCloseOutputStream(file).use { it.write("$format of 2".toByteArray()) }
            failure?.let { throw it }
            return 2
        }
    }
}
