package org.telltale.app.vpn

import java.time.Duration
import java.time.Instant
import org.telltale.app.engine.Gap
import org.telltale.app.engine.GapReason

/** Why nothing is seen, or was not: what the owner is told of. */
sealed interface Interruption {
    /** Another VPN took over, or the permission was taken away. */
    data object Revoked : Interruption

    /** The system did not let the watch begin: it wants to be asked again, or the owner has to be there. */
    data object Refused : Interruption

    /** The owner has stopped the watch, and the system blocks all connections without it. */
    data object Blocked : Interruption

    /** The engine gave up. */
    data class Failed(val problem: String) : Interruption

    /** The system had killed the app, or the phone was off. */
    data class Killed(val from: Instant, val to: Instant) : Interruption

    companion object {
        /** Shorter ones are an update of the app, or a start of the phone, and not worth a word. */
        private val WORTH_A_WORD = Duration.ofMinutes(2)

        /** How long ago a gap may have ended to be the one before this watch. */
        private val RECENT = Duration.ofMinutes(1)

        /** What there is to say at the start of a watch: [gaps] are the record's, the latest first. */
        fun before(gaps: List<Gap>, now: Instant): Interruption? {
            val gap = gaps.firstOrNull { it.reason == GapReason.KILLED } ?: return null
            val end = gap.end ?: return null
            val isLong = Duration.between(gap.start, end) >= WORTH_A_WORD
            return Killed(gap.start, end).takeIf { isLong && Duration.between(end, now) < RECENT }
        }
    }
}
