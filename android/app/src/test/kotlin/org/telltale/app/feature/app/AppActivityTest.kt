package org.telltale.app.feature.app

import android.content.Intent
import android.view.View
import android.widget.ListView
import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowDialog
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.Owner
import org.telltale.app.feature.host.HostActivity
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SampleParts
import org.telltale.app.screens.useParts
import org.telltale.app.screens.view

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35])
class AppActivityTest {
    private val engine = SampleEngine()
    private val application = useParts(SampleParts.of(engine = engine))
    private val intent = Screens.app(application, Owner(10142, emptyList()))
    private val controller = Robolectric.buildActivity(AppActivity::class.java, intent).setup()
    private val list get() = controller.get().view<ListView>(R.id.content)

    @Test
    fun `a host leads to its page`() {
        val position = list.headerViewsCount + FIRST_HOST
        list.performItemClick(list.adapter.getView(position, null, list), position, 0)
        val started = shadowOf(controller.get()).nextStartedActivity
        assertEquals(HostActivity::class.java.name, started.component?.className)
        assertEquals("sa.api.intl.miui.com", Screens.hostOf(started))
    }

    @Test
    fun `why a host is flagged is told in a sheet, which stays when the phone is turned`() {
        rowView(FIRST_HOST).findViewById<View>(R.id.line_explain).performClick()
        assertTrue(sheetText(R.id.why_sources).contains("MiStat"))
        controller.recreate()
        assertTrue(ShadowDialog.getLatestDialog().isShowing)
        assertEquals("sa.api.intl.miui.com", sheetText(R.id.why_host))
        ShadowDialog.getLatestDialog().findViewById<View>(R.id.why_close).performClick()
        assertFalse(ShadowDialog.getLatestDialog().isShowing)
    }

    @Test
    fun `what is shared is plain text that names the hosts`() {
        val text = sharedText()
        assertTrue(text, "sa.api.intl.miui.com" in text)
        assertTrue(text, "Mi Browser" in text)
    }

    @Test
    fun `a mark is set by one touch, while the phone is watched`() {
        controller.get().view<View>(R.id.app_mark).performClick()
        assertEquals(listOf(MarkKind.NOTE), engine.marks)
        engine.state = SampleEngine.OFF
        assertFalse(controller.get().view<View>(R.id.app_mark).isShown)
    }

    private fun rowView(row: Int): View = list.adapter.getView(list.headerViewsCount + row, null, list)

    private fun sheetText(id: Int) = ShadowDialog.getLatestDialog().findViewById<TextView>(id).text.toString()

    /** What the share button hands to whoever the owner picks. */
    private fun sharedText(): String {
        val activity = controller.get()
        val found = ArrayList<View>()
        val label = activity.getString(R.string.app_share)
        activity.window.decorView.findViewsWithText(found, label, View.FIND_VIEWS_WITH_CONTENT_DESCRIPTION)
        found.single().performClick()
        @Suppress("DEPRECATION")
        val send = shadowOf(activity).nextStartedActivity.getParcelableExtra<Intent>(Intent.EXTRA_INTENT)
        return send?.getStringExtra(Intent.EXTRA_TEXT).orEmpty()
    }

    private companion object {
        /** Below the heading of its group. */
        const val FIRST_HOST = 1
    }
}
