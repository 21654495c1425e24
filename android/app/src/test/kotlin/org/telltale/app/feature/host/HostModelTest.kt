package org.telltale.app.feature.host

import java.time.Clock
import java.time.ZoneOffset
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.RecordException
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleRulebook
import org.telltale.app.ui.Pages

class HostModelTest {
    private val records = SamplePhone.records()

    @Test
    fun `a host is told with its apps and where it is known from`() {
        val model = modelOf("tracking.intl.miui.com")
        model.watch {}
        val summary = requireNotNull(model.state.summary)
        assertEquals("analytics", summary.row?.finding?.category)
        assertEquals("SG", summary.country)
        assertEquals(2, summary.explanation.sources.size)
        assertEquals(setOf("10061", "10088", "10142"), summary.apps.mapNotNull { it.row.owner?.key }.toSet())
    }

    @Test
    fun `flows come page by page, the latest first`() {
        val model = modelOf("tracking.intl.miui.com")
        model.watch {}
        assertEquals(Pages.SIZE, model.state.flows.size)
        assertEquals(model.state.flows.sortedByDescending { it.flow.start }, model.state.flows)
        model.near(Pages.SIZE - 1)
        assertEquals(2 * Pages.SIZE, model.state.flows.size)
        assertEquals(false, model.state.isComplete)
    }

    @Test
    fun `of a host that the record does not hold only the rulebook is told`() {
        val model = modelOf("never.example")
        model.watch {}
        assertNull(model.state.summary?.row)
        assertTrue(model.state.flows.isEmpty())
        assertTrue(model.state.isComplete)
    }

    @Test
    fun `trouble is told, and over when the record can be read again`() {
        val model = modelOf("tracking.intl.miui.com")
        records.failure = RecordException("locked")
        model.watch {}
        assertEquals("locked", model.state.problem)
        records.failure = null
        model.refresh()
        assertNull(model.state.problem)
    }

    private fun modelOf(host: String): HostModel {
        val atOnce = Executor(Runnable::run)
        val clock = Clock.fixed(SamplePhone.NOW, ZoneOffset.UTC)
        val apps = AppDirectory { Face(it?.key.orEmpty(), null, isSystem = false, isInstalled = true) }
        return HostModel(host, HostRecords(records, SampleRulebook, apps, clock, host), Background(atOnce, atOnce))
    }
}
