package org.telltale.app.feature.evidence

import java.time.Instant
import org.telltale.app.apps.Face

/** Whose requests are shown: of one app by its `Owner.key`, to one host, or all where both are null. */
data class EvidenceScope(val app: String? = null, val host: String? = null)

/** Where one request is found again. */
data class RequestKey(val id: Long, val time: Instant)

/** A request as a line of the list; what it says is only read when it is opened. */
data class EvidenceRow(
    val key: RequestKey,
    val face: Face,
    val host: String,
    val format: String,
    val bytes: Long,
    /** The kinds of what it says of people. */
    val kinds: Set<String>,
)

/** All that the list of evidence shows. */
data class EvidenceState(
    val scope: EvidenceScope,
    val now: Instant,
    /** The owner lets unencrypted requests be kept. */
    val isKept: Boolean,
    val rows: List<EvidenceRow> = emptyList(),
    val isLoading: Boolean = true,
    val problem: String? = null,
)
