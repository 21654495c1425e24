package org.telltale.app.feature.first

import android.app.Activity
import android.content.Intent
import android.widget.Button
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
import org.robolectric.shadows.ShadowVpnService
import org.telltale.app.R
import org.telltale.app.screens.view
import org.telltale.app.vpn.TelltaleVpnService

@RunWith(RobolectricTestRunner::class)
class FirstRunActivityTest {
    private val activity = Robolectric.buildActivity(FirstRunActivity::class.java).setup().get()
    private val watch = activity.view<Button>(R.id.first_watch)
    private val problem = activity.view<TextView>(R.id.first_problem)

    @Test
    fun `asks for consent before it watches`() {
        val question = Intent("consent")
        ShadowVpnService.setPrepareResult(question)
        watch.performClick()
        assertEquals(question, shadowOf(activity).nextStartedActivity)
        assertNull(shadowOf(activity).nextStartedService)
    }

    @Test
    fun `watches at once where consent was given before`() {
        ShadowVpnService.setPrepareResult(null)
        watch.performClick()
        val started = shadowOf(activity).nextStartedService
        assertEquals(TelltaleVpnService::class.java.name, started.component?.className)
        assertTrue(activity.isFinishing)
        assertTrue(FirstRun(activity).isDone)
    }

    @Test
    fun `says what is missing when consent is declined`() {
        val question = Intent("consent")
        ShadowVpnService.setPrepareResult(question)
        watch.performClick()
        shadowOf(activity).receiveResult(question, Activity.RESULT_CANCELED, null)
        assertTrue(problem.isShown)
        assertEquals(activity.getString(R.string.first_declined), problem.text.toString())
        assertFalse(FirstRun(activity).isDone)
    }
}
