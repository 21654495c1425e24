package org.telltale.app.feature.timeline

import java.time.Clock
import java.time.Duration
import java.time.Instant
import org.telltale.app.engine.Background
import org.telltale.app.engine.Engine
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.Phase
import org.telltale.app.ui.Period
import org.telltale.app.ui.ScreenModel

/** Follows the engine, and asks the record for one period after another. */
class TimelineModel(
    private val engine: Engine,
    private val records: TimelineRecords,
    background: Background,
    private val clock: Clock,
) : ScreenModel<TimelineState>(TimelineState(isWatching = engine.state.phase == Phase.WATCHING), background) {
    private var watch: AutoCloseable? = null
    private var askedAt = Instant.MIN
    private var askedFindings = -1L

    override fun onStart() {
        watch = engine.observe(::follow)
        refresh()
    }

    override fun onStop() {
        watch?.close()
        watch = null
    }

    /** Shows [period]; what was there before stays until it is read. */
    fun choose(period: Period) {
        if (period == state.period) return
        change { it.copy(period = period) }
        refresh()
    }

    /** Marks this moment with [words], if there are any. */
    fun mark(words: String) {
        engine.mark(MarkKind.NOTE, words.trim().ifEmpty { null })
        refresh()
        // It is written a moment later: the next news is asked for in any case.
        askedFindings = -1
    }

    fun refresh() {
        askedAt = clock.instant()
        askedFindings = engine.state.live.findings
        val period = state.period
        ask("timeline", { records.load(period) }) { outcome ->
            outcome.onSuccess { timeline -> change { it.copy(timeline = timeline, problem = null) } }
            outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty()) } }
        }
    }

    private fun follow(next: EngineState) {
        change { it.copy(isWatching = next.phase == Phase.WATCHING) }
        val isRested = Duration.between(askedAt, clock.instant()) >= REST
        if (isRested && next.live.findings != askedFindings) refresh()
    }

    private companion object {
        /** Slots are hours: what is seconds old is new enough. */
        val REST: Duration = Duration.ofSeconds(5)
    }
}
