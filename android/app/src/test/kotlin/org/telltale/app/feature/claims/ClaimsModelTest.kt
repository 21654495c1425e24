package org.telltale.app.feature.claims

import java.time.Clock
import java.time.ZoneOffset
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.AppVersions
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.RecordException
import org.telltale.app.sample.SampleClaims
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleRecords
import org.telltale.app.sample.SampleRulebook

class ClaimsModelTest {
    private val records = SampleRecords(SamplePhone.flows, claims = SampleClaims.all)
    private val clock = Clock.fixed(SamplePhone.NOW, ZoneOffset.UTC)
    private val background = Executor(Runnable::run).let { Background(it, it) }

    @Test
    fun `trouble is told, and over when the record can be read again`() {
        val model = ClaimsModel(records, clock, background)
        records.failure = RecordException("locked")
        model.watch {}
        assertEquals("locked", model.state.problem)
        records.failure = null
        model.refresh()
        assertNull(model.state.problem)
        assertEquals(SampleClaims.all, model.state.claims)
    }

    @Test
    fun `a claim comes with its sources and with the versions of its apps`() {
        val detail = checkNotNull(detail("C1"))
        assertEquals(listOf("APK-MS"), detail.reportedIn.map { it.key })
        assertEquals(listOf("V2"), detail.repliedIn.map { it.key })
        val app = detail.apps.single()
        assertEquals("com.mi.globalbrowser" to "12.1.4", app.owner.packages.single() to app.version)
    }

    @Test
    fun `packages that share a uid have no version of their own`() {
        val shared = SampleClaims.all.first().run { copy(traffic = traffic.copy(apps = listOf("android, com.miui.daemon"))) }
        val app = checkNotNull(detail("C1", SampleRecords(SamplePhone.flows, claims = listOf(shared)))).apps.single()
        assertEquals(listOf("android", "com.miui.daemon"), app.owner.packages)
        assertNull(app.version)
    }

    @Test
    fun `a claim that there is not is gone`() {
        val model = ClaimModel("C13", claimRecords(records), background)
        model.watch {}
        assertTrue(model.state.isGone)
    }

    private fun detail(id: String, records: SampleRecords = this.records): ClaimDetail? {
        val model = ClaimModel(id, claimRecords(records), background)
        model.watch {}
        return model.state.detail
    }

    private fun claimRecords(records: SampleRecords): ClaimRecords {
        val apps = AppDirectory { Face(it?.key ?: "nobody", null, isSystem = false, isInstalled = true) }
        val versions = AppVersions { name -> "12.1.4".takeIf { name == "com.mi.globalbrowser" } }
        return ClaimRecords(records, SampleRulebook, apps, versions, clock)
    }
}
