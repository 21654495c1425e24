package org.telltale.app.feature.host

import java.time.Instant
import org.telltale.app.apps.Face
import org.telltale.app.engine.AppRow
import org.telltale.app.engine.Explanation
import org.telltale.app.engine.Flow
import org.telltale.app.engine.HostRow
import org.telltale.app.ui.EvidenceGlance

/** An app that talked to the host. */
data class HostApp(val row: AppRow, val face: Face)

/** A flow, and how the app behind it looks. */
data class HostFlow(val flow: Flow, val face: Face)

/** What is known of a host; [row] is null where the record does not hold it. */
data class HostSummary(
    val row: HostRow?,
    val explanation: Explanation,
    val apps: List<HostApp>,
    /** ISO 3166, of the server that was talked to last. */
    val country: String?,
    /** Null where nothing was sent to it unencrypted. */
    val evidence: EvidenceGlance?,
    val now: Instant,
)

/** All that the screen of a host shows. */
data class HostState(
    val host: String,
    val summary: HostSummary? = null,
    val flows: List<HostFlow> = emptyList(),
    /** All flows that are kept are in [flows]. */
    val isComplete: Boolean = false,
    val problem: String? = null,
)
