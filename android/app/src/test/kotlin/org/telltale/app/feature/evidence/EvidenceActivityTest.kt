package org.telltale.app.feature.evidence

import android.app.Activity
import android.app.AlertDialog
import android.content.ClipboardManager
import android.content.Intent
import android.os.Looper
import android.view.View
import android.widget.RadioButton
import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowAlertDialog
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.feature.app.AppActivity
import org.telltale.app.feature.host.HostActivity
import org.telltale.app.sample.SampleEvidence
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleRecords
import org.telltale.app.screens.open
import org.telltale.app.screens.shows
import org.telltale.app.screens.start
import org.telltale.app.screens.useParts
import org.telltale.app.screens.view

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], qualifiers = "w411dp-h2000dp")
class EvidenceActivityTest {
    private val records = SampleRecords(SamplePhone.flows, evidence = listOf(SampleEvidence.visit(7)))
    private val app = useParts(SampleParts.of(records))

    @Test
    fun `from an app by the list to the request, what it says can be read`() {
        val screen = start(Screens.app(app, SampleEvidence.BROWSER))
        assertTrue(screen is AppActivity)
        val list = follow(screen, "Read what was sent")
        assertEquals(EvidenceScope(app = "10142"), Screens.evidenceScopeOf(list.intent))
        assertTrue(list.shows("Only Mi Browser"))
        assertTrue(list.shows("address visited"))
        val request = follow(list, "address visited")
        assertTrue(request.shows(SampleEvidence.PAGE))
        assertTrue(request.shows("The same in 41 requests"))
        assertTrue(request.shows("Base64 → gzip → JSON"))
    }

    @Test
    fun `from a host only what went to it`() {
        val screen = start(Screens.host(app, SampleEvidence.HOST))
        assertTrue(screen is HostActivity)
        assertEquals(EvidenceScope(host = SampleEvidence.HOST), Screens.evidenceScopeOf(follow(screen, "Read what was sent").intent))
        assertFalse(start(Screens.host(app, "account.xiaomi.com")).shows("Read what was sent"))
    }

    @Test
    fun `what is shared has no values`() {
        val screen = request()
        touch(screen, R.string.app_share)
        confirm()
        @Suppress("DEPRECATION")
        val send = shadowOf(screen).nextStartedActivity.getParcelableExtra<Intent>(Intent.EXTRA_INTENT)
        val text = send?.getStringExtra(Intent.EXTRA_TEXT).orEmpty()
        assertTrue(text, "address visited" in text && SampleEvidence.HOST in text)
        assertFalse(text, SampleEvidence.PAGE in text)
    }

    @Test
    fun `what is copied in full comes with a warning`() {
        val screen = request()
        touch(screen, R.string.evidence_copy)
        val dialog = ShadowAlertDialog.getLatestDialog()
        dialog.findViewById<RadioButton>(R.id.leave_full).performClick()
        val warning = dialog.findViewById<TextView>(R.id.leave_detail).text.toString()
        assertEquals(screen.getString(R.string.evidence_full_detail), warning)
        confirm()
        val clip = requireNotNull(requireNotNull(app.getSystemService(ClipboardManager::class.java)).primaryClip)
        assertTrue(SampleEvidence.PAGE in clip.getItemAt(0).text)
        assertTrue(clip.description.extras.getBoolean("android.content.extra.IS_SENSITIVE"))
    }

    private fun request() = start(Screens.request(app, RequestKey(7, SampleEvidence.visit(7).time)))

    private fun follow(screen: Activity, row: String): Activity = screen.open(screen.view(R.id.content), row)

    private fun touch(screen: Activity, label: Int) {
        val found = ArrayList<View>()
        screen.window.decorView.findViewsWithText(found, screen.getString(label), View.FIND_VIEWS_WITH_CONTENT_DESCRIPTION)
        found.single().performClick()
    }

    private fun confirm() {
        (ShadowAlertDialog.getLatestDialog() as AlertDialog).getButton(AlertDialog.BUTTON_POSITIVE).performClick()
        shadowOf(Looper.getMainLooper()).idle()
    }
}
