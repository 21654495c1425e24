package org.telltale.app.engine

import java.util.concurrent.ScheduledExecutorService
import java.util.concurrent.ScheduledFuture
import java.util.concurrent.TimeUnit

/**
 * Looks at a running session again and again on [worker]: often while somebody watches, else only often enough to find
 * that it has ended by itself. A phone that sleeps is not woken.
 */
internal class Pulse(
    private val worker: ScheduledExecutorService,
    private val isWatched: () -> Boolean,
    private val look: () -> Unit,
) {
    private var isRunning = false
    private var next: ScheduledFuture<*>? = null

    /** To be called on [worker]. */
    fun begin() {
        isRunning = true
        beat()
    }

    /** To be called on [worker]. */
    fun end() {
        isRunning = false
        next?.cancel(false)
    }

    /** Somebody has begun to watch. */
    fun quicken() = worker.execute(::beat)

    private fun beat() {
        if (!isRunning) return
        next?.cancel(false)
        val delay = if (isWatched()) WATCHED_MILLIS else UNWATCHED_MILLIS
        next = worker.schedule(::beat, delay, TimeUnit.MILLISECONDS)
        look()
    }

    internal companion object {
        const val WATCHED_MILLIS = 700L
        const val UNWATCHED_MILLIS = 30_000L
    }
}
