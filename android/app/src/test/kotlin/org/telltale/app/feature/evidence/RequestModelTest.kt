package org.telltale.app.feature.evidence

import java.time.Clock
import java.time.ZoneOffset
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.RecordException
import org.telltale.app.sample.SampleEvidence
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleRecords

class RequestModelTest {
    /** All in the same millisecond, on more than one page. */
    private val all = (1L..50L).map(SampleEvidence::visit)
    private val records = SampleRecords(SamplePhone.flows, evidence = all)

    @Test
    fun `the request with the number is found among those of its time`() {
        assertEquals(all.map { it.id }, all.map { modelOf(it.id).state.detail?.evidence?.id })
    }

    @Test
    fun `one that was erased is gone`() {
        val model = modelOf(51)
        assertTrue(model.state.isGone)
        assertNull(model.state.detail)
    }

    @Test
    fun `what leaves has no values, unless its owner wants it so`() {
        val model = modelOf(3)
        model.leave(Way.SHARE, isInFull = false)
        val leaving = requireNotNull(model.state.leaving)
        assertFalse(leaving.detail.evidence.toString().contains(SampleEvidence.PAGE))
        model.hasLeft()
        assertNull(model.state.leaving)
        model.leave(Way.COPY, isInFull = true)
        assertEquals(Leaving(Way.COPY, requireNotNull(model.state.detail), isInFull = true), model.state.leaving)
    }

    @Test
    fun `nothing leaves when the record cannot be read`() {
        val model = modelOf(3)
        records.failure = RecordException("locked")
        model.leave(Way.SHARE, isInFull = true)
        assertNull(model.state.leaving)
        assertEquals("locked", model.state.problem)
        records.failure = null
        model.refresh()
        assertNull(model.state.problem)
    }

    @Test
    fun `a long value is opened, and closed again`() {
        val model = modelOf(1)
        model.toggle(4)
        assertEquals(setOf(4), model.state.open)
        model.toggle(4)
        assertEquals(emptySet<Int>(), model.state.open)
    }

    private fun modelOf(id: Long): RequestModel {
        val atOnce = Executor(Runnable::run)
        val clock = Clock.fixed(SamplePhone.NOW, ZoneOffset.UTC)
        val apps = AppDirectory { Face(it?.key.orEmpty(), null, isSystem = false, isInstalled = true) }
        val key = RequestKey(id, all.first().time)
        val model = RequestModel(RequestRecords(records, apps, clock, key), Background(atOnce, atOnce))
        model.watch {}
        return model
    }
}
