package org.telltale.app.engine

import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

class StatesTest {
    private val main = ArrayDeque<Runnable>()
    private val states = States(Executor(main::addLast))
    private val heard = mutableListOf<EngineState>()
    private val off = EngineState(Phase.OFF)
    private val watching = EngineState(Phase.WATCHING)
    private val counted = watching.copy(live = Live(flows = 3))

    @Test
    fun `the present state is told first, on the main thread`() {
        states.observe(isLive = true, heard::add)
        assertEquals(emptyList<EngineState>(), heard)
        runMain()
        states.change(watching)
        runMain()
        assertEquals(listOf(off, watching), heard)
    }

    @Test
    fun `what is no news is not told`() {
        states.observe(isLive = true, heard::add)
        states.change(watching)
        states.change(watching.copy())
        states.change(off)
        runMain()
        assertEquals(listOf(off, watching, off), heard)
    }

    @Test
    fun `counts alone are no news to a quiet observer`() {
        states.observe(isLive = false, heard::add)
        listOf(watching, counted, counted.copy(problem = "full")).forEach { state ->
            states.change(state)
            runMain()
        }
        assertEquals(listOf(off, watching, counted.copy(problem = "full")), heard)
    }

    @Test
    fun `who has closed hears no more, not even what was under way`() {
        val observer = states.observe(isLive = true, heard::add)
        observer.close()
        runMain()
        assertEquals(emptyList<EngineState>(), heard)
    }

    @Test
    fun `only live observers watch`() {
        states.observe(isLive = false, heard::add)
        assertFalse(states.isWatched)
        states.observe(isLive = true, heard::add).use { assertTrue(states.isWatched) }
        assertFalse(states.isWatched)
    }

    private fun runMain() {
        while (main.isNotEmpty()) main.removeFirst().run()
    }
}
