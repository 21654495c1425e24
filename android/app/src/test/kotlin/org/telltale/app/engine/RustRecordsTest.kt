package org.telltale.app.engine

import java.time.Instant
import java.util.concurrent.Executors
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/** With the Rust library of this machine. */
class RustRecordsTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val worker = Executors.newSingleThreadScheduledExecutor()
    private val places by lazy { Places.within(folder.root) }
    private val engine by lazy { RustEngine(places, { null }, worker) { it.run() } }
    private val records by lazy { RustRecords(places, engine) }
    private val rulebook by lazy { RustRulebook(places) }
    private val page = Page(0, 10)

    @After
    fun end() {
        worker.shutdownNow()
    }

    @Test
    fun `a record that does not exist yet is empty`() {
        val rows = listOf(
            records.apps(Query(), page), records.hosts(Query(), page), records.parties(Query()),
            records.flows(Query(), page), records.hours(Query()), records.gaps(Query()), records.marks(Query(), page),
            records.evidence(Query(), page), records.claims(Query()),
        )
        assertTrue(rows.all { it.isEmpty() })
        assertNull(records.coverage(Query()).namedShare)
        assertEquals(RecordSize(0, 0, null), records.size())
    }

    @Test
    fun `there is nothing to erase in it, and it is not made`() {
        records.erase(Scope(until = Instant.now()))
        assertEquals(false, places.record.exists())
    }

    @Test
    fun `a file that is no record is told`() {
        places.record.parentFile?.mkdirs()
        places.record.writeText("no database".repeat(1_000))
        val told = assertThrows(RecordException::class.java) { records.size() }
        assertTrue(told.message.orEmpty().isNotBlank())
    }

    @Test
    fun `the catalogue knows its hosts, and what is none`() {
        assertEquals("Xiaomi", rulebook.explain("tracking.intl.miui.com").rule?.party)
        assertNull(rulebook.explain("example.org").rule)
        assertThrows(RecordException::class.java) { rulebook.explain("no host") }
        assertEquals(emptyList<String>(), rulebook.lists())
    }

    @Test
    fun `an engine that does not run takes no marks and has nothing to stop`() {
        engine.mark(MarkKind.NOTE, "too early")
        engine.networkChanged(emptyList())
        engine.stop(StopReason.STOPPED)
        assertEquals(EngineState(Phase.OFF), engine.exclusively { session ->
            assertNull(session)
            engine.state
        })
    }

    @Test
    fun `the tunnel's packets are as large as the core says`() {
        assertTrue(engine.tunnelMtu in 1280..65_535)
    }
}
