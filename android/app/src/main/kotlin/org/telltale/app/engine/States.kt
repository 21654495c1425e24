package org.telltale.app.engine

import java.util.concurrent.Executor

/** The present state of the engine, and those who want to hear of the next one. */
internal class States(private val main: Executor) {
    private class Observer(val isLive: Boolean, val listener: (EngineState) -> Unit) {
        /** Belongs to the main thread. */
        var told: EngineState? = null
    }

    @Volatile
    var current = EngineState(Phase.OFF)
        private set

    /** Replaced, never changed: it is read on one thread and replaced on another. */
    @Volatile
    private var observers = emptyList<Observer>()

    /** Whether anybody looks at what is counted. */
    val isWatched: Boolean get() = observers.any { it.isLive }

    /** Tells [listener] on the main thread. A listener that is not [isLive] does not hear of counts alone. */
    fun observe(isLive: Boolean, listener: (EngineState) -> Unit): AutoCloseable {
        val observer = Observer(isLive, listener)
        replace { it + observer }
        val present = current
        main.execute { tell(observer, present) }
        return AutoCloseable { replace { it - observer } }
    }

    fun change(next: EngineState) {
        current = next
        // Each state is told, one after the other: who waits for a beginning does not miss it.
        if (observers.isNotEmpty()) main.execute { observers.forEach { tell(it, next) } }
    }

    private fun tell(observer: Observer, state: EngineState) {
        val seen = observer.told
        val isNews = if (observer.isLive) state != seen else state.copy(live = Live()) != seen?.copy(live = Live())
        if (!isNews || observer !in observers) return
        observer.told = state
        observer.listener(state)
    }

    @Synchronized
    private fun replace(change: (List<Observer>) -> List<Observer>) {
        observers = change(observers)
    }
}
