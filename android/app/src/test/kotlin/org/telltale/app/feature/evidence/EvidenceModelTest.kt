package org.telltale.app.feature.evidence

import java.time.Clock
import java.time.ZoneOffset
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Test
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.RecordException
import org.telltale.app.sample.SampleEvidence
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleRecords
import org.telltale.app.settings.MemoryPreferences
import org.telltale.app.settings.Settings

class EvidenceModelTest {
    private val all = SampleEvidence.visits(30) +
        SampleEvidence.visit(31).copy(host = "api.radar.example", owner = null, finding = null)
    private val records = SampleRecords(SamplePhone.flows, evidence = all)
    private val settings = Settings(MemoryPreferences())

    @Test
    fun `requests come page by page, the latest first`() {
        val model = modelOf(EvidenceScope())
        model.watch {}
        assertEquals(EvidenceModel.PAGE, model.state.rows.size)
        assertEquals(model.state.rows.sortedByDescending { it.key.time }, model.state.rows)
        model.near(EvidenceModel.PAGE - 1)
        assertEquals(all.size, model.state.rows.size)
    }

    @Test
    fun `a line knows its app and what kinds of things it says`() {
        val model = modelOf(EvidenceScope(host = "api.radar.example"))
        model.watch {}
        val row = model.state.rows.single()
        assertEquals(31L, row.key.id)
        assertEquals("nobody", row.face.label)
        assertEquals(setOf("android-id", "visited-address"), row.kinds)
    }

    @Test
    fun `of one app only its own are shown, also of nobody known`() {
        assertEquals(EvidenceModel.PAGE, loaded(EvidenceScope(app = "10142")).rows.size)
        assertEquals(listOf(31L), loaded(EvidenceScope(app = "")).rows.map { it.key.id })
        assertEquals(emptyList<EvidenceRow>(), loaded(EvidenceScope(app = "1")).rows)
    }

    @Test
    fun `trouble is told, and over when the record can be read again`() {
        val model = modelOf(EvidenceScope())
        records.failure = RecordException("locked")
        model.watch {}
        assertEquals("locked", model.state.problem)
        records.failure = null
        model.refresh()
        assertNull(model.state.problem)
    }

    @Test
    fun `whoever turned it off is told so`() {
        settings.change { it.copy(keepsEvidence = false) }
        assertFalse(loaded(EvidenceScope()).isKept)
    }

    private fun loaded(scope: EvidenceScope) = modelOf(scope).apply { watch {} }.state

    private fun modelOf(scope: EvidenceScope): EvidenceModel {
        val atOnce = Executor(Runnable::run)
        val clock = Clock.fixed(SamplePhone.NOW, ZoneOffset.UTC)
        val apps = AppDirectory { Face(it?.key ?: "nobody", null, isSystem = false, isInstalled = true) }
        return EvidenceModel(scope, EvidenceRecords(records, apps, scope), settings, clock, Background(atOnce, atOnce))
    }
}
