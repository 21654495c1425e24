package org.telltale.app.vpn

import android.os.Handler
import android.os.SystemClock
import org.telltale.app.engine.Background

/** Reads the day's count now and then while somebody may look, and tells [listener] what has changed. */
class TodayTicker(
    private val handler: Handler,
    private val background: Background,
    private val read: () -> Today,
    private val listener: (Today) -> Unit,
) : AutoCloseable {
    private var question: AutoCloseable? = null
    private var latest: Today? = null

    /** Counts now, and again each minute until [pause]. */
    fun resume() {
        pause()
        tick()
    }

    fun pause() {
        handler.removeCallbacksAndMessages(this)
        question?.close()
    }

    override fun close() = pause()

    private fun tick() {
        question = background.ask(read) { outcome -> outcome.onSuccess(::tell) }
        handler.postAtTime(::tick, this, SystemClock.uptimeMillis() + INTERVAL_MILLIS)
    }

    private fun tell(today: Today) {
        if (today == latest) return
        latest = today
        listener(today)
    }

    private companion object {
        const val INTERVAL_MILLIS = 60_000L
    }
}
