package org.telltale.app.feature.evidence

import java.time.Instant
import org.telltale.app.apps.Face
import org.telltale.app.engine.Evidence

/** A request, and how the app looks that sent it. */
data class RequestDetail(val evidence: Evidence, val face: Face, val now: Instant)

/** How a request leaves the app. */
enum class Way { COPY, SHARE }

/** A request on its way out; where it is not [isInFull], its values were replaced. */
data class Leaving(val way: Way, val detail: RequestDetail, val isInFull: Boolean)

/** All that the screen of a request shows. */
data class RequestState(
    /** Null until it is known. */
    val detail: RequestDetail? = null,
    /** The record does not hold it any more. */
    val isGone: Boolean = false,
    val problem: String? = null,
    /** Also the lines beyond the first ones. */
    val showsAll: Boolean = false,
    /** Lines whose values are shown to their end, by their number. */
    val open: Set<Int> = emptySet(),
    /** What is to be handed over now. */
    val leaving: Leaving? = null,
)
