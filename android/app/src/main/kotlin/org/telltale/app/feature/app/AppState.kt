package org.telltale.app.feature.app

import java.time.Instant
import org.telltale.app.apps.Face
import org.telltale.app.engine.AppRow
import org.telltale.app.engine.Explanation
import org.telltale.app.engine.HostRow
import org.telltale.app.engine.Owner
import org.telltale.app.engine.PartyRow
import org.telltale.app.ui.Buckets
import org.telltale.app.ui.EvidenceGlance
import org.telltale.app.ui.Period

/** What an app did in the period; [row] is null where it did nothing. */
data class AppSummary(
    val owner: Owner?,
    val face: Face,
    val row: AppRow?,
    val parties: List<PartyRow>,
    val buckets: Buckets,
    val flowsPerBucket: List<Long>,
    val findingsPerBucket: List<Long>,
    val permissions: Permissions,
    /** Of all times; null where there is none. */
    val evidence: EvidenceGlance?,
    val now: Instant,
)

/** A host with the country of the server that was last talked to, if that is known. */
data class AppHost(val row: HostRow, val country: String?)

/** Why a host is what it is held for; [explanation] is null until it is known. */
data class Why(val host: HostRow, val explanation: Explanation?)

/** All that the screen of an app shows. */
data class AppState(
    val period: Period,
    val isWatching: Boolean,
    /** Null until it is known. */
    val summary: AppSummary? = null,
    val firstHosts: List<AppHost> = emptyList(),
    val laterHosts: List<AppHost> = emptyList(),
    val isLoading: Boolean = true,
    /** There are no further hosts. */
    val isComplete: Boolean = false,
    val problem: String? = null,
    /** What the owner asked about last; null when he has read it. */
    val why: Why? = null,
)
