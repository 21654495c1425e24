package org.telltale.app.vpn

import org.junit.Assert.assertEquals
import org.junit.Test
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Phase

class WatchProgressTest {
    private val heard = mutableListOf<String>()
    private val progress = WatchProgress({ heard += "begun" }, { heard += "failed: $it" })

    @Test
    fun `each watch is told once`() {
        pass(Phase.OFF, Phase.STARTING, Phase.WATCHING, Phase.WATCHING)
        assertEquals(listOf("begun"), heard)
        pass(Phase.STARTING, Phase.WATCHING)
        assertEquals(listOf("begun", "begun"), heard)
    }

    @Test
    fun `a failure of an earlier watch is not one of this`() {
        pass(Phase.FAILED, Phase.STARTING)
        assertEquals(emptyList<String>(), heard)
        progress.pass(EngineState(Phase.FAILED, problem = "no room"))
        assertEquals(listOf("failed: no room"), heard)
    }

    private fun pass(vararg phases: Phase) = phases.forEach { progress.pass(EngineState(it)) }
}
