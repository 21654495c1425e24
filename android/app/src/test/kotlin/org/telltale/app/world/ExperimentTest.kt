package org.telltale.app.world

import android.app.Activity
import android.content.Intent
import java.io.File
import java.time.Duration
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.telltale.app.Screens
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.ExperimentRequest
import org.telltale.app.engine.ExperimentResult
import org.telltale.app.engine.ExperimentRow
import org.telltale.app.engine.ExperimentRun
import org.telltale.app.engine.Page
import org.telltale.app.engine.PageText
import org.telltale.app.engine.RunPhase
import org.telltale.app.engine.Step
import org.telltale.app.engine.Subject
import org.telltale.app.engine.Verdict
import org.telltale.app.engine.WaitReason
import org.telltale.app.screens.shows
import org.telltale.app.screens.start

/** Experiments through the service, the Rust library and a real TUN; the app under test is a shell script. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], shadows = [ShadowRealTunnel::class, ShadowSocketOwners::class])
class ExperimentTest {
    @get:Rule
    val watched = WatchedPhone()

    private val runs get() = watched.app.parts.runs
    private val experiments get() = watched.app.parts.experiments
    private val state get() = checkNotNull(runs.current).state

    @Test
    fun `an app that uploads the addresses that it opens is found out`() {
        val id = begun()
        watched.watch()
        runs.resume(id, Subject(ClaimId.C1, WatchedPhone.SHOPPER), PAGES) { assertNull(it.exceptionOrNull()) }
        watched.await("it goes on") { runs.current != null }
        // The screen is looked at all the time: so the app is in the background when it has to be.
        browse(start(Screens.run(watched.app)))
        assertNull(state.problem)
        assertFoundOut(checkNotNull(experiments.result(id)))
        val screen = start(Screens.result(watched.app, id))
        watched.await("the screen says so") { screen.shows("sends the addresses of opened pages to trackers") }
    }

    @Test
    fun `what the end of the watch interrupts goes on with another one`() {
        watched.watch()
        begin(ClaimId.C4)
        runs.tell(ExperimentRun::pause)
        watched.await("it pauses") { state.phase == RunPhase.PAUSED }
        watched.stop()
        watched.await("it is interrupted") { state.phase == RunPhase.INTERRUPTED }
        val row = row()
        assertEquals(Subject(ClaimId.C4, WatchedPhone.SHOPPER), row.subject)
        assertNull("it can go on", row.ended)
        watched.watch()
        runs.resume(row.id, row.subject, PAGES) { assertNull(it.exceptionOrNull()) }
        watched.await("it goes on") { state.phase == RunPhase.RUNNING && state.step is Step.Wait }
        assertEquals(WaitReason.BASELINE, (state.step as Step.Wait).reason)
        assertEquals(row.id, state.id)
        runs.tell(ExperimentRun::abort)
        watched.await("it is over") { state.phase == RunPhase.OVER }
        assertNotNull("it cannot go on any more", row().ended)
        assertEquals(1, experiments.rows(FIRST).size)
    }

    @Test
    fun `nothing begins on a phone that is not watched, and no second one beside the first`() {
        var refused: Throwable? = null
        runs.begin(request(ClaimId.C4)) { refused = it.exceptionOrNull() }
        watched.await("it is refused") { refused != null }
        refused = null
        watched.watch()
        begin(ClaimId.C4)
        runs.begin(request(ClaimId.C1)) { refused = it.exceptionOrNull() }
        watched.await("the second one is refused") { refused != null }
        assertEquals("the first one goes on", ClaimId.C4, runs.current?.subject?.claim)
    }

    @Test
    fun `what an experiment takes is known beforehand`() {
        val short = experiments.plan(ClaimId.C1, isShort = true)
        val thorough = experiments.plan(ClaimId.C1, isShort = false)
        assertTrue(short.opensAddresses && short.length < thorough.length && short.trials < thorough.trials)
        assertEquals(4, experiments.plan(ClaimId.C2, isShort = false).settings)
        assertFalse(experiments.plan(ClaimId.C4, isShort = true).opensAddresses)
    }

    /** A half-minute experiment in the record, as if it had been interrupted before its first trial. */
    private fun begun(): Long {
        watched.record.parentFile?.mkdirs()
        val program = File(checkNotNull(System.getProperty("telltale.sample"))).resolveSibling("begun_experiment").path
        val process = ProcessBuilder(program, watched.record.path, WatchedPhone.SHOPPER).start()
        val number = process.inputStream.readAllBytes().decodeToString().trim()
        assertEquals(0, process.waitFor())
        return number.toLong()
    }

    /** Opens each page that the screen hands over, until the experiment is over. */
    private fun browse(screen: Activity) {
        val started = shadowOf(screen)
        while (true) {
            watched.await("a page is due, or it is over", LONG) {
                state.phase == RunPhase.OVER || started.peekNextStartedActivity()?.action == Intent.ACTION_VIEW
            }
            if (state.phase == RunPhase.OVER) return
            val page = started.nextStartedActivity
            assertEquals(WatchedPhone.SHOPPER, page.`package`)
            watched.phone.start("bash", "-c", BROWSER, "browser", checkNotNull(page.dataString))
        }
    }

    private fun assertFoundOut(result: ExperimentResult) {
        assertEquals(15 to true, result.row.over to result.row.isComplete)
        assertEquals(15, result.points.size)
        assertEquals("$result", Verdict.UPLOADED, result.row.verdict)
        val slope = checkNotNull(result.cells.single().collectors.sized?.slope)
        // One byte for a character: it is sent as it is.
        assertTrue("$slope", slope.low < 1.1 && checkNotNull(slope.high) > 0.9)
    }

    private fun begin(claim: ClaimId) {
        runs.begin(request(claim)) { assertNull(it.exceptionOrNull()) }
        watched.await("it begins") { runs.current?.state?.phase == RunPhase.RUNNING }
    }

    private fun request(claim: ClaimId) = ExperimentRequest(Subject(claim, WatchedPhone.SHOPPER), isShort = true, PAGES)

    private fun row(): ExperimentRow = experiments.rows(FIRST).single()

    private companion object {
        val PAGES = PageText("Leave it open.", "Now go back.")
        val FIRST = Page(offset = 0, limit = 100)
        val LONG: Duration = Duration.ofMinutes(4)

        /**
         * Opens an address and goes where its pages lead, as a browser does, and uploads the address of each. A connection
         * is held for a while: of what is gone within milliseconds nobody may be able to tell whose it was.
         */
        val BROWSER = """
            host=tracking.intl.miui.com
            upload() {
                { printf 'POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n%s' "${'$'}host" "${'$'}{#1}" "${'$'}1"; sleep 1; } |
                    openssl s_client -quiet -connect "${'$'}host:443" -servername "${'$'}host" > /dev/null 2>&1 &
            }
            address="${'$'}1"
            while :; do
                page=${'$'}(curl --silent --location --max-time 40 --write-out '\n%{url_effective}' "${'$'}address") || exit 1
                [[ "${'$'}page" =~ content=\"([0-9]+)\;url=next\" ]] || exit 0
                address="${'$'}{page##*${'$'}'\n'}"
                upload "${'$'}address"
                sleep "${'$'}{BASH_REMATCH[1]}"
                address="${'$'}{address%/*}/next"
            done
        """.trimIndent()
    }
}
