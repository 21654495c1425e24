package org.telltale.app.feature.report

import android.app.Activity
import android.app.AlertDialog
import android.content.Intent
import android.content.pm.PackageInfo
import android.net.Uri
import android.os.Looper
import android.os.ParcelFileDescriptor
import android.view.View
import android.webkit.WebResourceRequest
import android.webkit.WebView
import android.widget.RadioButton
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
import org.robolectric.shadows.ShadowAlertDialog
import org.robolectric.shadows.ShadowWebView
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.RecordException
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleWeek
import org.telltale.app.screens.shows
import org.telltale.app.screens.start
import org.telltale.app.screens.useParts
import org.telltale.app.screens.view
import org.telltale.app.ui.SharedFiles

/** From the choice to the page that is looked at, shared or kept. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], qualifiers = "w411dp-h2000dp")
class ReportActivityTest {
    private val records = SamplePhone.records()
    private val app = useParts(SampleParts.of(records))

    @Test
    fun `a page is made without personal values, and says what is in it`() {
        val screen = made()
        assertTrue("isInFull=false" in page().readText())
        for (text in listOf("The report is ready", "reports · ", "0 unencrypted requests", "telltale-2026-03-11.html")) {
            assertTrue(text, screen.shows(text))
        }
        assertTrue(screen.shows("Phone: "))
    }

    @Test
    fun `in full only after the question was answered`() {
        val screen = start(Screens.report(app))
        screen.touch(R.id.report_full)
        answer(AlertDialog.BUTTON_NEGATIVE)
        assertTrue(screen.view<RadioButton>(R.id.report_redacted).isChecked)
        screen.touch(R.id.report_full)
        answer(AlertDialog.BUTTON_POSITIVE)
        assertTrue(screen.shows(app.getString(R.string.report_full_detail)))
        screen.touch(R.id.report_make)
        assertTrue("isInFull=true" in page().readText())
    }

    @Test
    fun `another choice takes the page away`() {
        val screen = made()
        screen.touch(R.id.report_phone)
        assertFalse(screen.shows("The report is ready"))
        screen.touch(R.id.report_make)
        assertTrue("facts=[]" in page().readText())
    }

    @Test
    @Suppress("DEPRECATION")
    fun `what is shared is the page as a page`() {
        val screen = made()
        screen.touch(R.id.report_share)
        val parcel = shadowOf(screen).nextStartedActivity.getParcelableExtra<Intent>(Intent.EXTRA_INTENT)
        assertEquals("text/html", parcel?.type)
        val address = requireNotNull(parcel?.getParcelableExtra<Uri>(Intent.EXTRA_STREAM))
        val provider = Robolectric.setupContentProvider(SharedFiles::class.java, SharedFiles.AUTHORITY)
        assertEquals("text/html", provider.getType(address))
        val stream = ParcelFileDescriptor.AutoCloseInputStream(provider.openFile(address, "r"))
        assertEquals(page().readText(), stream.bufferedReader().use { it.readText() })
    }

    @Test
    fun `it is saved where its owner wants it`() {
        val screen = made()
        screen.touch(R.id.report_save)
        val question = shadowOf(screen).nextStartedActivity
        assertEquals(Intent.ACTION_CREATE_DOCUMENT to "text/html", question.action to question.type)
        val file = File(Files.createTempDirectory("documents").toFile(), "report.html").apply { createNewFile() }
        shadowOf(screen).receiveResult(question, Activity.RESULT_OK, Intent().setData(Uri.fromFile(file)))
        assertEquals(page().readText(), file.readText())
        assertTrue(screen.shows("Saved."))
    }

    @Test
    fun `a page that the system has removed is made again`() {
        val screen = made()
        page().delete()
        screen.touch(R.id.report_share)
        assertEquals(null, shadowOf(screen).nextStartedActivity)
        assertTrue(screen.shows("Make the report again") && screen.view<View>(R.id.report_make).isShown)
    }

    @Test
    fun `trouble is told in one sentence`() {
        records.failure = RecordException("the record is damaged")
        assertTrue(made().shows("could not be written: the record is damaged"))
    }

    @Test
    fun `the preview shows the page and goes nowhere`() {
        ShadowWebView.setCurrentWebViewPackage(PackageInfo())
        useParts(SampleWeek.parts())
        val screen = made()
        screen.touch(R.id.report_preview)
        val preview = start(shadowOf(screen).nextStartedActivity)
        val view = preview.view<WebView>(R.id.preview_page)
        val loaded = shadowOf(view).lastLoadDataWithBaseURL
        assertEquals(null to page().readText(), loaded.baseUrl to loaded.data)
        assertTrue("telltale-report" in loaded.data)
        view.settings.run {
            assertFalse(javaScriptEnabled || allowFileAccess || allowContentAccess || safeBrowsingEnabled)
            assertTrue(blockNetworkLoads)
        }
        val client = shadowOf(view).webViewClient
        assertTrue(client.shouldOverrideUrlLoading(view, Elsewhere))
        assertEquals(0, client.shouldInterceptRequest(view, Elsewhere)?.data?.available())
        page().delete()
        assertTrue(start(preview.intent).shows("Make the report again"))
    }

    @Test
    fun `a phone that draws no pages offers no preview`() {
        ShadowWebView.setCurrentWebViewPackage(null)
        assertFalse(made().view<View>(R.id.report_preview).isShown)
    }

    private fun made(): Activity = start(Screens.report(app)).apply { touch(R.id.report_make) }

    private fun page() = SharedFiles.folder(app).walk().single { it.isFile }

    private fun Activity.touch(id: Int) {
        view<View>(id).performClick()
        shadowOf(Looper.getMainLooper()).idle()
    }

    private fun answer(button: Int) {
        (ShadowAlertDialog.getLatestDialog() as AlertDialog).getButton(button).performClick()
        shadowOf(Looper.getMainLooper()).idle()
    }

    /** A page that asked for this would tell somebody that it was opened. */
    private object Elsewhere : WebResourceRequest {
        override fun getUrl(): Uri = Uri.parse("https://sa.api.intl.miui.com/pixel")

        override fun isForMainFrame() = false

        override fun isRedirect() = false

        override fun hasGesture() = false

        override fun getMethod() = "GET"

        override fun getRequestHeaders() = emptyMap<String, String>()
    }
}
