package org.telltale.app.feature.home

import org.telltale.app.apps.Face
import org.telltale.app.engine.AppRow
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.PartyRow
import org.telltale.app.ui.Bars
import org.telltale.app.ui.Buckets
import org.telltale.app.ui.Period
import java.time.Duration
import java.time.Instant

/** Whose apps: those that the owner installed, or those that came with the phone. */
enum class Origin { USER, SYSTEM }

/** Which apps are listed, and of which time. */
data class HomeFilter(
    val period: Period = Period.DAY,
    val flaggedOnly: Boolean = true,
    val origin: Origin? = null,
    val search: String = "",
)

/** An app of the list: [bars] are its reports over the period. */
data class AppItem(val row: AppRow, val face: Face, val bars: Bars)

/** What the period comes to. */
data class Summary(
    val parties: List<PartyRow>,
    /** Apps that reported to any of them. */
    val apps: Int,
    val findings: Long,
    val buckets: Buckets,
    val perBucket: List<Long>,
    val flows: Long,
    val namedShare: Double?,
    val gaps: Int,
    val gapTime: Duration,
    /** Something was recorded, be it in another period. */
    val everWatched: Boolean,
    val now: Instant,
)

/** All that Home shows. */
data class HomeState(
    val engine: EngineState,
    val filter: HomeFilter = HomeFilter(),
    /** Null until it is known. */
    val summary: Summary? = null,
    val apps: List<AppItem> = emptyList(),
    val isLoading: Boolean = true,
    val problem: String? = null,
)
