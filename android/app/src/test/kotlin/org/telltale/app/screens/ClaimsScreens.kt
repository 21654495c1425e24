package org.telltale.app.screens

import android.app.Activity
import android.content.pm.PackageInfo
import android.os.Looper
import android.view.View
import android.widget.ListView
import android.widget.ScrollView
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowWebView
import org.telltale.app.Parts
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.RecordException
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SampleRecords
import org.telltale.app.sample.SampleWeek

private fun failing() =
    SampleParts.of(SampleRecords(emptyList()).apply { failure = RecordException("The record is locked by another program.") })

private fun claims(parts: Parts = SampleWeek.parts()): Activity = start(Screens.claims(useParts(parts)))

private fun claim(id: String): Activity = start(Screens.claim(useParts(), id))

/** So many times half a screen further down. */
private fun Activity.scrolled(halves: Int): Activity = apply {
    val list = view<ListView>(R.id.content)
    repeat(halves) {
        list.scrollListBy(list.height / 2)
        shadowOf(Looper.getMainLooper()).idle()
    }
}

private fun report(parts: Parts = SampleWeek.parts()): Activity {
    ShadowWebView.setCurrentWebViewPackage(PackageInfo())
    return start(Screens.report(useParts(parts)))
}

private fun Activity.touch(id: Int): Activity = apply { view<View>(id).performClick() }

/** To the page that was made, which stands below the choices. */
private fun Activity.atFoot(): Activity = apply {
    shadowOf(Looper.getMainLooper()).idle()
    view<ScrollView>(R.id.content).run { scrollTo(0, getChildAt(0).height) }
}

/** What was claimed, and the record as a page. */
val CLAIMS_SCREENS = listOf(
    Screen("claims") { claims() },
    Screen("claims-foot") { claims().scrolled(halves = 4) },
    Screen("claims-empty") { claims(SampleWeek.nothing()) },
    Screen("claims-failed") { claims(failing()) },
    Screen("claim") { claim("C1") },
    Screen("claim-experiment") { claim("C2") },
    Screen("claim-denied") { claim("C11") },
    Screen("claim-sources") { claim("C1").scrolled(halves = 3) },
    Screen("claim-unseen") { claim("C5") },
    Screen("report") { report() },
    Screen("report-ask") { report().touch(R.id.report_full) },
    Screen("report-made") { report().touch(R.id.report_make).atFoot() },
    Screen("report-nothing") { report(SampleWeek.nothing()).touch(R.id.report_make).atFoot() },
)
