package org.telltale.app.feature.experiments

import android.app.Notification
import android.app.NotificationManager
import android.content.Intent
import java.time.Duration
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.telltale.app.Screens
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.ExperimentRequest
import org.telltale.app.engine.PageText
import org.telltale.app.engine.RunPhase
import org.telltale.app.engine.Step
import org.telltale.app.engine.Subject
import org.telltale.app.engine.WaitReason
import org.telltale.app.sample.SampleExperiments
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SampleRun
import org.telltale.app.screens.useParts

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], qualifiers = "en-rUS")
class RunNoticeTest {
    private val experiments = SampleExperiments()
    private val app = useParts(SampleParts.of(experiments = experiments))
    private val runs get() = app.parts.runs
    private val manager get() = shadowOf(app.getSystemService(NotificationManager::class.java))

    @Before
    fun begin() {
        runs.observe(RunNotice(app, app.parts.apps, app.parts.background)::follow)
        experiments.first = SampleRun.state(Step.Wait(WaitReason.FLUSH, Duration.ofSeconds(9)))
        runs.begin(ExperimentRequest(Subject(ClaimId.C3, "com.mi.globalbrowser"), isShort = true, PageText("", ""))) {}
    }

    @Test
    fun `its course stands there quietly, and nobody is called`() {
        assertEquals("Trial 3 of 15 · At least 8 min left", title(RunNotice.COURSE))
        assertEquals("Waiting for what is sent", text(RunNotice.COURSE))
        assertEquals(NotificationManager.IMPORTANCE_LOW, importance(RunNotice.COURSE))
        assertNull(notice(RunNotice.TURN))
    }

    @Test
    fun `whoever is needed is called, and may say on the spot that it is done`() {
        comes(Step.Ask("text", 1, 0))
        assertEquals("Search for this text in Mi Browser", title(RunNotice.TURN))
        assertEquals(NotificationManager.IMPORTANCE_HIGH, importance(RunNotice.TURN))
        val done = requireNotNull(notice(RunNotice.TURN)).actions.single()
        assertEquals("Done", done.title)
        RunReceiver().onReceive(app, shadowOf(done.actionIntent).savedIntent)
        assertEquals(listOf("done"), experiments.run?.words)
        assertNull(notice(RunNotice.TURN))
    }

    @Test
    fun `a notification that is touched late says nothing to a wait`() {
        RunReceiver().onReceive(app, Intent())
        assertEquals(emptyList<String>(), experiments.run?.words)
    }

    @Test
    fun `whoever looks is not called`() {
        comes(Step.Background)
        assertEquals("Come back to Telltale", title(RunNotice.TURN))
        runs.look(true)
        assertNull(notice(RunNotice.TURN))
        assertNotNull(notice(RunNotice.COURSE))
    }

    @Test
    fun `a page that was handed over calls nobody, unless it does not come`() {
        val open = Step.Open("http://192.0.2.1/a", isOverdue = false)
        comes(open)
        assertEquals("The next page can be opened", title(RunNotice.TURN))
        experiments.run?.isSlow = true
        runs.opened(open.address)
        assertNull(notice(RunNotice.TURN))
        comes(open.copy(isOverdue = true))
        assertEquals("The next page can be opened", title(RunNotice.TURN))
    }

    @Test
    fun `pages that follow one another are not told one by one`() {
        comes(Step.Visiting(1, 26))
        val first = notice(RunNotice.COURSE)
        assertEquals("Leave Mi Browser on the screen. Its last page says when to come back.", text(RunNotice.COURSE))
        comes(Step.Visiting(2, 26))
        assertSame(first, notice(RunNotice.COURSE))
        comes(Step.Background)
        assertEquals("One moment…", text(RunNotice.COURSE))
    }

    @Test
    fun `the end is told, and leads to the result`() {
        experiments.run?.become(phase = RunPhase.OVER)
        runs.tell {}
        assertNull(notice(RunNotice.COURSE))
        assertEquals("The experiment is over", title(RunNotice.TURN))
        val leads = shadowOf(requireNotNull(notice(RunNotice.TURN)).contentIntent).savedIntent
        assertEquals(9L, Screens.experimentIdOf(leads))
    }

    private fun comes(step: Step) {
        experiments.run?.become(step)
        runs.tell {}
    }

    private fun notice(id: Int): Notification? = manager.getNotification(id)

    private fun title(id: Int) = notice(id)?.extras?.getString(Notification.EXTRA_TITLE)

    private fun text(id: Int) = notice(id)?.extras?.getString(Notification.EXTRA_TEXT)

    private fun importance(id: Int) = app.getSystemService(NotificationManager::class.java)
        ?.getNotificationChannel(requireNotNull(notice(id)).channelId)?.importance
}
