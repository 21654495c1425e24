package org.telltale.app.ui

import org.telltale.app.engine.Background

/**
 * What a screen shows, apart from its views. It outlives a change of the configuration. [state] is never changed, only
 * replaced; who watches is told on the main thread.
 */
abstract class ScreenModel<S>(first: S, protected val background: Background) : AutoCloseable {
    private val questions = HashMap<String, AutoCloseable>()
    private var watcher: ((S) -> Unit)? = null

    var state: S = first
        private set

    protected val isWatched: Boolean get() = watcher != null

    /** Tells [watcher] of the present state and of each new one. */
    fun watch(watcher: (S) -> Unit) {
        this.watcher = watcher
        watcher(state)
        onStart()
    }

    /** Nobody looks any more. */
    fun unwatch() {
        watcher = null
        onStop()
    }

    /** Somebody looks: what is pulled only while it is looked at begins here. */
    protected open fun onStart() = Unit

    protected open fun onStop() = Unit

    override fun close() {
        questions.values.forEach(AutoCloseable::close)
        questions.clear()
    }

    protected fun change(next: (S) -> S) {
        val before = state
        state = next(before)
        if (state != before) watcher?.invoke(state)
    }

    /** Asks away from the main thread. An older question of the same [key] is not answered any more. */
    protected fun <T> ask(key: String, work: () -> T, answer: (Result<T>) -> Unit) {
        questions.remove(key)?.close()
        questions[key] = background.ask(work, answer)
    }
}
