package org.telltale.app.vpn

import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Phase

/** Hears of the engine's states, the first of which may be left from an earlier watch, and tells what is new. */
internal class WatchProgress(private val begun: () -> Unit, private val failed: (problem: String?) -> Unit) {
    private var phase: Phase? = null

    fun pass(state: EngineState) {
        val before = phase
        phase = state.phase
        when (state.phase) {
            before, Phase.OFF, Phase.STARTING -> Unit
            Phase.WATCHING -> begun()
            Phase.FAILED -> if (before != null) failed(state.problem)
        }
    }
}
