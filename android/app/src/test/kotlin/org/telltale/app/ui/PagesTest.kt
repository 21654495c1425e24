package org.telltale.app.ui

import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.telltale.app.engine.Background
import org.telltale.app.engine.Page

class PagesTest {
    private val waiting = ArrayDeque<Runnable>()
    private val asked = ArrayList<Page>()
    private var record = (1..23).toList()
    private var failure: Exception? = null
    private var changes = 0
    private val pages = Pages(
        Background(Executor { waiting += it }, Executor(Runnable::run)),
        PageSource.of(::query),
        size = 10,
    ) { changes++ }

    @Test
    fun `the first page is asked for once, and shown when it is there`() {
        pages.start()
        pages.start()
        assertTrue(pages.isLoading)
        assertEquals(emptyList<Int>(), pages.rows)
        work()
        assertEquals((1..10).toList(), pages.rows)
        assertEquals(listOf(Page(0, 10)), asked)
    }

    @Test
    fun `the next page is asked for half a page before its turn`() {
        start()
        pages.near(4)
        assertEquals(1, asked.size)
        assertFalse(pages.isLoading)
        pages.near(5)
        pages.near(6)
        work()
        assertEquals(listOf(Page(0, 10), Page(10, 10)), asked)
        assertEquals((1..20).toList(), pages.rows)
    }

    @Test
    fun `after the last row nothing is asked`() {
        start()
        pages.near(9)
        work()
        pages.near(19)
        work()
        assertTrue(pages.isComplete)
        pages.near(22)
        work()
        assertEquals(3, asked.size)
        assertEquals(record, pages.rows)
    }

    @Test
    fun `what is loaded is read anew in one go, and stays until then`() {
        start()
        pages.near(9)
        work()
        record = listOf(0) + record
        pages.refresh()
        assertEquals((1..20).toList(), pages.rows)
        work()
        assertEquals((0..19).toList(), pages.rows)
        assertFalse(pages.isComplete)
    }

    @Test
    fun `a record that has become shorter is complete`() {
        start()
        record = listOf(1, 2)
        pages.refresh()
        work()
        assertEquals(listOf(1, 2), pages.rows)
        assertTrue(pages.isComplete)
    }

    @Test
    fun `trouble keeps the rows, and is over with the next answer`() {
        start()
        failure = IllegalStateException("locked")
        pages.near(9)
        work()
        assertNotNull(pages.problem)
        assertEquals((1..10).toList(), pages.rows)
        failure = null
        pages.refresh()
        work()
        assertNull(pages.problem)
    }

    @Test
    fun `nothing is told after the end`() {
        pages.start()
        val before = changes
        pages.close()
        work()
        assertEquals(before, changes)
    }

    private fun start() {
        pages.start()
        work()
    }

    private fun work() {
        while (waiting.isNotEmpty()) waiting.removeFirst().run()
    }

    private fun query(page: Page): List<Int> {
        asked += page
        failure?.let { throw it }
        return record.drop(page.offset).take(page.limit)
    }
}
