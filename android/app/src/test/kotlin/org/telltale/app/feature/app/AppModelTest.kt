package org.telltale.app.feature.app

import java.time.Clock
import java.time.ZoneOffset
import java.util.Locale
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.RecordException
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleRulebook
import org.telltale.app.ui.Period

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class AppModelTest {
    private val records = SamplePhone.records()
    private val engine = SampleEngine()
    private val browser = modelOf("10142")

    @Test
    fun `an app is told with its hosts, reports first`() {
        browser.watch {}
        val summary = requireNotNull(browser.state.summary)
        assertEquals(listOf("com.mi.globalbrowser"), summary.owner?.packages)
        assertEquals(listOf("xiaomi"), summary.parties.map { it.party })
        assertEquals(summary.row?.findings, summary.findingsPerBucket.sum())
        assertEquals(summary.row?.amount?.flows, summary.flowsPerBucket.sum())
        val flagged = browser.state.firstHosts.map { it.row.finding != null }
        assertEquals(flagged.sortedDescending(), flagged)
    }

    @Test
    fun `the country is asked for where it matters`() {
        browser.watch {}
        browser.state.firstHosts.forEach { assertEquals(it.row.finding != null, it.country != null) }
    }

    @Test
    fun `another period is told anew`() {
        browser.watch {}
        val day = browser.state.summary?.row?.findings ?: 0
        browser.choose(Period.MONTH)
        assertTrue(requireNotNull(browser.state.summary?.row).findings > day)
        assertEquals(30, browser.state.summary?.buckets?.starts?.size)
    }

    @Test
    fun `why a host is flagged is looked up, and put away`() {
        browser.watch {}
        browser.explain(browser.state.firstHosts.first().row)
        assertEquals(2, browser.state.why?.explanation?.sources?.size)
        browser.understood()
        assertNull(browser.state.why)
    }

    @Test
    fun `a mark is about this app`() {
        browser.watch {}
        browser.mark("Mi Browser used")
        assertEquals(listOf(MarkKind.NOTE), engine.marks)
        assertEquals("com.mi.globalbrowser", engine.markedApp)
    }

    @Test
    fun `of a shared identity no app is picked`() {
        val system = modelOf("1000")
        system.watch {}
        assertEquals(4, system.state.summary?.owner?.packages?.size)
        system.mark("used")
        assertNull(engine.markedApp)
    }

    @Test
    fun `what belongs to nobody known is still counted`() {
        val nobody = modelOf("")
        nobody.watch {}
        assertNull(nobody.state.summary?.owner)
        assertNotNull(nobody.state.summary?.row)
    }

    @Test
    fun `trouble is told`() {
        records.failure = RecordException("locked")
        browser.watch {}
        assertEquals("locked", browser.state.problem)
        assertFalse(browser.state.isLoading)
    }

    private fun modelOf(key: String): AppModel {
        val atOnce = Executor(Runnable::run)
        val clock = Clock.fixed(SamplePhone.NOW, ZoneOffset.UTC)
        val apps = AppDirectory { Face(it?.key.orEmpty(), null, isSystem = false, isInstalled = true) }
        val permissions = PermissionReader(RuntimeEnvironment.getApplication().packageManager, Locale.UK)
        val asked = AppRecords(records, apps, permissions, clock, key)
        return AppModel(engine, SampleRulebook, asked, Background(atOnce, atOnce))
    }
}
