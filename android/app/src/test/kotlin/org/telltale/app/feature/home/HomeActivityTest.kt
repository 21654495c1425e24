package org.telltale.app.feature.home

import android.content.Intent
import android.widget.ListView
import android.widget.Switch
import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.feature.app.AppActivity
import org.telltale.app.feature.first.FirstRun
import org.telltale.app.feature.first.FirstRunActivity
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SampleParts
import org.telltale.app.screens.useParts
import org.telltale.app.screens.view
import org.telltale.app.ui.Chip

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35])
class HomeActivityTest {
    private val engine = SampleEngine()
    private val application = useParts(SampleParts.of(engine = engine))

    @Test
    fun `the first page comes first, once`() {
        FirstRun(application).isDone = false
        val first = open()
        assertEquals(FirstRunActivity::class.java.name, shadowOf(first).nextStartedActivity.component?.className)
        FirstRun(application).isDone = true
        assertNull(shadowOf(open()).nextStartedActivity)
    }

    @Test
    fun `the sentence stands there, and the app with the most reports leads to its page`() {
        val home = home()
        assertTrue(home.view<TextView>(R.id.home_sentence).text.contains("Xiaomi"))
        touchRow(home, 0)
        val started = shadowOf(home).nextStartedActivity
        assertEquals(AppActivity::class.java.name, started.component?.className)
        assertEquals("10142", Screens.appOf(started))
    }

    @Test
    fun `filters say what is listed, also after the phone was turned`() {
        val controller = Robolectric.buildActivity(HomeActivity::class.java)
        FirstRun(application).isDone = true
        val flagged = rows(controller.setup().get())
        controller.get().view<Chip>(R.id.home_flagged).performClick()
        val all = rows(controller.get())
        assertTrue("$all > $flagged", all > flagged)
        controller.recreate()
        assertFalse(controller.get().view<Chip>(R.id.home_flagged).isChecked)
        assertEquals(all, rows(controller.get()))
    }

    @Test
    fun `the switch follows the engine`() {
        val home = home()
        assertTrue(home.view<Switch>(R.id.home_switch).isChecked)
        engine.state = SampleEngine.OFF
        assertFalse(home.view<Switch>(R.id.home_switch).isChecked)
    }

    private fun open(): HomeActivity = Robolectric.buildActivity(HomeActivity::class.java, Intent()).setup().get()

    private fun home(): HomeActivity {
        FirstRun(application).isDone = true
        return open()
    }

    private fun rows(home: HomeActivity) = home.view<ListView>(R.id.content).run { count - headerViewsCount }

    private fun touchRow(home: HomeActivity, row: Int) {
        val list = home.view<ListView>(R.id.content)
        val position = list.headerViewsCount + row
        list.performItemClick(list.adapter.getView(position, null, list), position, list.adapter.getItemId(position))
    }
}
