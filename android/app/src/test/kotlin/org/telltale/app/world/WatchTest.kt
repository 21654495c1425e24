package org.telltale.app.world

import android.app.Activity
import java.io.File
import org.json.JSONObject
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.R
import org.telltale.app.engine.ExportFormat
import org.telltale.app.engine.GapReason
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Page
import org.telltale.app.engine.Phase
import org.telltale.app.engine.Provenance
import org.telltale.app.engine.Query
import org.telltale.app.feature.first.FirstRun
import org.telltale.app.feature.home.HomeActivity
import org.telltale.app.screens.open
import org.telltale.app.screens.shows
import org.telltale.app.screens.start
import org.telltale.app.screens.view

/** The service, the Rust library and a real TUN: a program on the phone talks to servers with names of the catalogue. */
@RunWith(RobolectricTestRunner::class)
@Config(shadows = [ShadowRealTunnel::class, ShadowSocketOwners::class])
class WatchTest {
    @get:Rule
    val watched = WatchedPhone()

    private val records get() = watched.app.parts.records

    @Test
    fun `a report to a tracker is found, with its app, host and reason`() {
        watched.watch()
        report()
        val app = records.apps(Query(), FIRST).single { it.findings > 0 }
        assertEquals(Owner(uid = 0, listOf(WatchedPhone.SHOPPER)), app.owner)
        val host = records.hosts(Query(app = app.owner?.key), FIRST).single { it.finding != null }
        assertEquals(TRACKER, host.host)
        assertEquals(Provenance.TLS_SNI, host.provenance)
        assertEquals("Xiaomi", host.party)
        val flow = records.flows(Query(host = TRACKER), FIRST).first()
        assertEquals(443, flow.remotePort)
        assertTrue("$flow", flow.bytesUp > 0 && flow.bytesDown > 0)
    }

    @Test
    fun `from Home by the app to the host, it can be read who reported to whom, and why`() {
        watched.watch()
        report()
        FirstRun(watched.app).isDone = true
        // High enough that rows fit below the head of the list.
        RuntimeEnvironment.setQualifiers("w411dp-h2000dp")
        val home = start<HomeActivity>()
        val label = watched.app.parts.apps.describe(flagged().first().owner).label
        val app = open(home, label)
        val host = open(app, TRACKER)
        watched.await("the host says why it is flagged") { host.shows(flagged().first().finding!!.why) }
        assertTrue(host.shows(label))
    }

    @Test
    fun `what an app sends unencrypted can be read, and leaves without its values`() {
        watched.watch()
        val slowly = arrayOf("--data-binary", "@${file(20_000)}", "--limit-rate", "5k")
        assertNotNull(watched.phone.fetch("$SERVER?imei=$IMEI", *slowly))
        watched.await("the request is in the record, with its app") { evidence().any { it.owner != null } }
        val told = evidence().single()
        assertEquals(IMEI, told.personal.single { it.kind == "imei" }.value)
        assertEquals(20_000L to listOf(WatchedPhone.SHOPPER), told.bytes to told.owner?.packages)
        val redacted = records.evidence(Query(), FIRST, redacted = true).single()
        assertEquals(told.personal.map { it.kind }, redacted.personal.map { it.kind })
        assertFalse("$redacted", IMEI in redacted.toString())
    }

    @Test
    fun `another VPN takes over, and the gap says so`() {
        val service = watched.watch()
        report()
        service.onRevoke()
        watched.await("the watch ends") { watched.phase() == Phase.OFF }
        assertNull("nothing passes any more", watched.phone.fetch("https://$TRACKER/"))
        val gap = records.gaps(Query()).first()
        assertEquals(GapReason.REVOKED, gap.reason)
        assertNull(gap.end)
    }

    @Test
    fun `another network has other resolvers, and flows go on`() {
        watched.resolveAt(WatchedPhone.NO_RESOLVER)
        watched.watch()
        assertNull("no resolver answers", watched.phone.fetch("https://$TRACKER/", "--connect-timeout", "3"))
        val slow = watched.phone.start("curl", "--silent", "--limit-rate", "20k", "--upload-file", file(100_000), SERVER)
        watched.resolveAt(WatchedPhone.RESOLVER)
        assertNotNull(watched.phone.fetch("https://$TRACKER/"))
        assertEquals("the upload has lived on", 0, slow.waitFor())
    }

    @Test
    fun `killed and started again, the gap says so`() {
        watched.watch()
        report()
        watched.killAndStart()
        val gap = records.gaps(Query()).single()
        assertEquals(GapReason.KILLED, gap.reason)
        assertTrue("$gap", gap.end!! > gap.start)
        assertEquals("what was seen before is still there", TRACKER, flagged().first().host)
    }

    @Test
    fun `what leaves as a file says what was seen`() {
        watched.watch()
        report()
        watched.stop()
        val flow = flagged().first()
        val csv = export(ExportFormat.CSV)
        val columns = csv.first().split(',')
        assertEquals(columns.size, csv.single { flow.id.toString() == it.substringBefore(',') }.split(',').size)
        val json = export(ExportFormat.JSON_LINES).map(::JSONObject).single { it.getLong("id") == flow.id }
        assertEquals(TRACKER, json.getJSONObject("name").getString("host"))
        assertEquals("tls-sni", json.getJSONObject("name").getString("provenance"))
        assertEquals(flow.finding?.rule, json.getJSONObject("finding").getString("rule"))
        assertEquals(flow.bytesUp, json.getLong("bytes_up"))
    }

    /**
     * An app on the phone reports to a tracker, and the record has it. The report takes a second or two: of a program that
     * is gone within milliseconds nobody may be able to tell whose the connection was.
     */
    private fun report() {
        val slowly = arrayOf("--data-binary", "@${file(4_000)}", "--limit-rate", "2k")
        assertNotNull(watched.phone.fetch("https://$TRACKER/", *slowly))
        // What is known of a flow is written once a second: that it is a finding may be there before whose it is.
        watched.await("the report is in the record, with its app") { flagged().any { it.owner != null } }
    }

    private fun open(screen: Activity, row: String): Activity {
        watched.await("$row is on the screen") { screen.shows(row) }
        return screen.open(screen.view(R.id.content), row)
    }

    private fun evidence() = records.evidence(Query(), FIRST)

    private fun flagged() = records.flows(Query(flagged = true), FIRST)

    private fun export(format: ExportFormat): List<String> {
        val file = File.createTempFile("export", null)
        val count = records.export(Query(), format, KernelDescriptor.toWrite(file))
        val lines = file.readLines()
        val heading = if (format == ExportFormat.CSV) 1 else 0
        assertEquals(count, lines.size.toLong() - heading)
        return lines
    }

    private fun file(size: Int) = File.createTempFile("upload", null).apply { writeBytes(ByteArray(size)) }.path

    private companion object {
        const val TRACKER = "tracking.intl.miui.com"
        const val SERVER = "http://198.18.10.20/"
        const val IMEI = "490154203237518"
        val FIRST = Page(offset = 0, limit = 100)
    }
}
