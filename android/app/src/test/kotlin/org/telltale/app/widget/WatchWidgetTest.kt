package org.telltale.app.widget

import android.view.View
import android.widget.FrameLayout
import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.R
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Phase
import org.telltale.app.vpn.FakeEngine
import org.telltale.app.vpn.Today
import org.telltale.app.vpn.fakeParts

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35])
class WatchWidgetTest {
    private val app = RuntimeEnvironment.getApplication() as TelltaleApplication
    private val engine = FakeEngine()

    @Test
    fun `it shows the day's count and what its switch does`() {
        app.parts = fakeParts(engine)
        val off = draw(Today(findings = 1, apps = 1))
        assertEquals(listOf("1", "report to trackers today", "Start watching"), words(off))
        assertEquals("1 app sent 1 report to trackers today", off.findViewById<View>(R.id.widget).contentDescription)
        engine.become(EngineState(Phase.WATCHING))
        assertEquals(listOf("1,212", "reports to trackers today", "Stop watching"), words(draw(Today(1212, 3))))
    }

    private fun draw(today: Today): View = WatchWidget.draw(app, today).apply(app, FrameLayout(app))

    private fun words(widget: View) = listOf(R.id.widget_count, R.id.widget_caption, R.id.widget_switch)
        .map { widget.findViewById<TextView>(it).text.toString() }
}
