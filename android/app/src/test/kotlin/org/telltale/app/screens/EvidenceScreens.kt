package org.telltale.app.screens

import android.app.Activity
import android.os.Looper
import android.view.View
import android.widget.ListView
import java.time.Instant
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowAlertDialog
import org.telltale.app.Parts
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query
import org.telltale.app.engine.RecordException
import org.telltale.app.feature.evidence.RequestKey
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SampleRecords
import org.telltale.app.sample.SampleWeek

private fun list(parts: Parts = SampleWeek.parts(), app: String? = null, host: String? = null): Activity =
    start(Screens.evidence(useParts(parts), app, host))

/** The latest request to [host]. */
private fun request(host: String, time: Instant? = null): Activity {
    val app = useParts()
    val evidence = app.parts.records.evidence(Query(host = host), Page(0, 1)).single()
    return start(Screens.request(app, RequestKey(evidence.id, time ?: evidence.time)))
}

/** The screen of a request, so many times half a screen further down. */
private fun scrolled(host: String, halves: Int): Activity = request(host).apply {
    val list = view<ListView>(R.id.content)
    repeat(halves) {
        list.scrollListBy(list.height / 2)
        shadowOf(Looper.getMainLooper()).idle()
    }
}

private fun leaving(choice: Int): Activity = request("sa.api.intl.miui.com").apply {
    val found = ArrayList<View>()
    window.decorView.findViewsWithText(found, getString(R.string.app_share), View.FIND_VIEWS_WITH_CONTENT_DESCRIPTION)
    found.single().performClick()
    ShadowAlertDialog.getLatestDialog().findViewById<View>(choice).performClick()
}

/** What was sent unencrypted: the list, and one request. */
val EVIDENCE_SCREENS = listOf(
    Screen("evidence") { list() },
    Screen("evidence-app") { list(app = "10171") },
    Screen("evidence-host") { list(host = "data.mistat.xiaomi.com") },
    Screen("evidence-empty") { list(SampleWeek.nothing()) },
    Screen("evidence-off") {
        useParts(SampleWeek.nothing()).settings.change { it.copy(keepsEvidence = false) }
        list(SampleWeek.nothing())
    },
    Screen("evidence-failed") {
        val records = SampleRecords(emptyList()).apply { failure = RecordException("The record is locked by another program.") }
        list(SampleParts.of(records))
    },
    Screen("request") { request("sa.api.intl.miui.com") },
    Screen("request-content") { scrolled("sa.api.intl.miui.com", halves = 5) },
    Screen("request-unflagged") { request("api.radar.example") },
    Screen("request-gone") { request("api.radar.example", Instant.EPOCH) },
    Screen("request-leave") { leaving(R.id.leave_redacted) },
    Screen("request-leave-full") { leaving(R.id.leave_full) },
)
