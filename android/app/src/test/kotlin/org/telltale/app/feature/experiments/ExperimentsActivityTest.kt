package org.telltale.app.feature.experiments

import android.Manifest
import android.app.Activity
import android.content.ClipboardManager
import android.content.Intent
import android.os.Build
import android.os.Looper
import android.view.View
import android.widget.Button
import android.widget.ListView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowAlertDialog
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.ExperimentRequest
import org.telltale.app.engine.ExperimentRun
import org.telltale.app.engine.PageText
import org.telltale.app.engine.Step
import org.telltale.app.engine.Subject
import org.telltale.app.sample.SampleEvidence
import org.telltale.app.sample.SampleExperiments
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SampleResults
import org.telltale.app.sample.SampleRun
import org.telltale.app.screens.installBrowsers
import org.telltale.app.screens.open
import org.telltale.app.screens.shows
import org.telltale.app.screens.start
import org.telltale.app.screens.useParts
import org.telltale.app.screens.view

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], qualifiers = "w411dp-h2000dp")
class ExperimentsActivityTest {
    private val experiments = SampleExperiments()
    private val app = useParts(SampleParts.of(experiments = experiments))
    private val runs get() = app.parts.runs

    @Test
    fun `from an app by the question to the experiment`() {
        allowNotices()
        installBrowsers()
        val prepare = follow(fromApp(), "report pages even in incognito")
        assertEquals("com.mi.globalbrowser", Screens.experimentAppOf(prepare.intent))
        prepare.view<View>(R.id.prepare_start).performClick()
        assertEquals(Subject(ClaimId.C2, "com.mi.globalbrowser"), experiments.requests.single().subject)
        assertEquals(RunActivity::class.java.name, shadowOf(prepare).nextStartedActivity.component?.className)
        assertTrue(prepare.isFinishing)
    }

    @Test
    fun `pages are opened in the chosen app and no other`() {
        val screen = begin(Step.Open("http://192.0.2.1/a", isOverdue = false))
        val sent = shadowOf(screen).nextStartedActivity
        assertEquals(Intent.ACTION_VIEW, sent.action)
        assertEquals("com.mi.globalbrowser", sent.`package`)
        assertEquals("http://192.0.2.1/a", sent.dataString)
        assertEquals(listOf("opened"), experiments.run?.words)
    }

    @Test
    fun `an app that does not open addresses is told of`() {
        shadowOf(RuntimeEnvironment.getApplication()).checkActivities(true)
        val screen = begin(Step.Open("http://192.0.2.1/a", isOverdue = false))
        assertTrue(screen.shows("Mi Browser does not open addresses"))
        assertEquals(emptyList<String>(), experiments.run?.words)
    }

    @Test
    fun `a text is copied, and the person says when it was used`() {
        val screen = begin(Step.Ask("0001-abc", 1, 0), ClaimId.C3)
        screen.view<Button>(R.id.run_first_act).performClick()
        val clip = requireNotNull(requireNotNull(app.getSystemService(ClipboardManager::class.java)).primaryClip)
        assertEquals("0001-abc", clip.getItemAt(0).text)
        screen.view<Button>(R.id.run_second_act).performClick()
        assertEquals(listOf("done"), experiments.run?.words)
    }

    @Test
    fun `turning the phone does nothing twice`() {
        val controller = Robolectric.buildActivity(RunActivity::class.java, Screens.run(app))
        place(Step.Open("http://192.0.2.1/a", isOverdue = false), ClaimId.C1)
        controller.setup()
        experiments.run?.become(Step.Visiting(2, 26))
        controller.recreate()
        assertEquals(listOf("opened"), experiments.run?.words)
        assertTrue(runs.current?.isLookedAt == true)
    }

    @Test
    fun `it ends only when the person is sure`() {
        val screen = begin(Step.Visiting(2, 26))
        screen.view<View>(R.id.run_end).performClick()
        dialog(android.content.DialogInterface.BUTTON_NEGATIVE)
        assertEquals(emptyList<String>(), experiments.run?.words)
        screen.view<View>(R.id.run_end).performClick()
        dialog(android.content.DialogInterface.BUTTON_POSITIVE)
        assertEquals(listOf("abort"), experiments.run?.words)
        val shown = shadowOf(screen).nextStartedActivity
        assertEquals(9L, Screens.experimentIdOf(shown))
        assertTrue(screen.isFinishing)
    }

    @Test
    fun `one that is over leads to its result, once`() {
        place(Step.Nothing, ClaimId.C1)
        runs.tell(ExperimentRun::abort)
        val screen = start(Screens.run(app))
        assertEquals(9L, Screens.experimentIdOf(shadowOf(screen).nextStartedActivity))
        assertNull(shadowOf(screen).nextStartedActivity)
    }

    @Test
    fun `with nothing that goes on the list is shown`() {
        val screen = start(Screens.run(app))
        assertTrue(screen.isFinishing)
        assertEquals(ExperimentsActivity::class.java.name, shadowOf(screen).nextStartedActivity.component?.className)
    }

    @Test
    fun `an interrupted one goes on from its result`() {
        val result = start(Screens.result(app, SampleResults.INTERRUPTED))
        assertFalse(result.shows("could not be read"))
        result.view<View>(R.id.result_go_on).performClick()
        assertEquals(listOf(SampleResults.INTERRUPTED), experiments.resumed)
        assertEquals(RunActivity::class.java.name, shadowOf(result).nextStartedActivity.component?.className)
    }

    @Test
    fun `what is over can be tried again, with the same app`() {
        val result = start(Screens.result(app, SampleResults.NOISE))
        result.view<View>(R.id.result_again).performClick()
        val again = shadowOf(result).nextStartedActivity
        assertEquals(ClaimId.C1 to "com.mi.globalbrowser", Screens.triedClaimOf(again) to Screens.experimentAppOf(again))
    }

    private fun fromApp(): Activity {
        val screen = start(Screens.app(app, SampleEvidence.BROWSER))
        val found = ArrayList<View>()
        val label = screen.getString(R.string.experiments_with_app)
        screen.window.decorView.findViewsWithText(found, label, View.FIND_VIEWS_WITH_CONTENT_DESCRIPTION)
        found.single().performClick()
        return start(shadowOf(screen).nextStartedActivity)
    }

    private fun begin(step: Step, claim: ClaimId = ClaimId.C1): Activity {
        place(step, claim)
        return start(Screens.run(app))
    }

    private fun place(step: Step, claim: ClaimId) {
        experiments.first = SampleRun.state(step)
        runs.begin(ExperimentRequest(Subject(claim, "com.mi.globalbrowser"), isShort = true, PageText("", ""))) {}
    }

    private fun allowNotices() {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) shadowOf(app).grantPermissions(Manifest.permission.POST_NOTIFICATIONS)
    }

    private fun dialog(button: Int) {
        (ShadowAlertDialog.getLatestDialog() as android.app.AlertDialog).getButton(button).performClick()
        shadowOf(Looper.getMainLooper()).idle()
    }

    private fun follow(screen: Activity, row: String): Activity = screen.open(screen.view<ListView>(R.id.content), row)
}
