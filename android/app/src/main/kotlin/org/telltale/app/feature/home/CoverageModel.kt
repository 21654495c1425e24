package org.telltale.app.feature.home

import java.time.Clock
import java.time.Instant
import org.telltale.app.engine.Background
import org.telltale.app.engine.Coverage
import org.telltale.app.engine.Gap
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records
import org.telltale.app.ui.Period
import org.telltale.app.ui.ScreenModel

/** What could be seen in a period; [coverage] is null until it is known. */
data class CoverageState(
    val period: Period,
    val now: Instant,
    val coverage: Coverage? = null,
    val gaps: List<Gap> = emptyList(),
    val problem: String? = null,
)

/** Asks how flows came by their names, and when nothing could be seen. */
class CoverageModel(
    private val records: Records,
    background: Background,
    private val clock: Clock,
    private val period: Period,
) : ScreenModel<CoverageState>(CoverageState(period, clock.instant()), background) {
    override fun onStart() = refresh()

    fun refresh() {
        val query = Query(since = period.since(clock.instant(), clock.zone))
        ask("coverage", { records.coverage(query) to records.gaps(query) }) { outcome ->
            change { before ->
                val (coverage, gaps) = outcome.getOrNull() ?: (before.coverage to before.gaps)
                CoverageState(period, clock.instant(), coverage, gaps, outcome.exceptionOrNull()?.run { message.orEmpty() })
            }
        }
    }
}
