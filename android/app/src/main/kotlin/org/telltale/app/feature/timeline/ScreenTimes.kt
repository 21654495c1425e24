package org.telltale.app.feature.timeline

import java.time.Instant
import org.telltale.app.engine.Gap
import org.telltale.app.engine.GapReason
import org.telltale.app.engine.Mark
import org.telltale.app.engine.MarkKind

/** Nothing at all was seen while it lasted. */
val Gap.isBlind: Boolean
    get() = when (reason) {
        GapReason.NOT_RUNNING, GapReason.KILLED, GapReason.REVOKED, GapReason.RECORD_FAILED -> true
        GapReason.NAMES_HIDDEN, GapReason.EVENTS_LOST, GapReason.FLOWS_REFUSED, GapReason.SIZE_CAP -> false
    }

/** The part of a gap within [whole]; null for none. One that lasts goes on until [now]. */
fun Gap.within(whole: Span, now: Instant): Span? = Span(start, end ?: now).cut(whole)

/** When the screen was on, as far as it is known. */
object ScreenTimes {
    /**
     * Spans within [whole] by its [marks]; null where nothing tells of the screen. What lies before the first mark or
     * after the last follows from that mark, but not beyond a time in which nothing was seen, nor into the future.
     */
    fun of(marks: List<Mark>, gaps: List<Gap>, whole: Span, now: Instant): List<Span>? {
        val turns = marks.filter { it.kind == MarkKind.SCREEN_ON || it.kind == MarkKind.SCREEN_OFF }
            .filter { it.time in whole }.sortedBy { it.time }
        if (turns.isEmpty()) return null
        val blind = gaps.filter { it.isBlind }
        val spans = ArrayList<Span>()
        turns.forEachIndexed { at, turn ->
            if (turn.kind == MarkKind.SCREEN_ON) {
                spans += Span(turn.time, endOf(turn.time, turns.getOrNull(at + 1)?.time ?: minOf(now, whole.end), blind))
            } else if (turns.getOrNull(at - 1)?.kind != MarkKind.SCREEN_ON) {
                spans += Span(startOf(turn.time, turns.getOrNull(at - 1)?.time ?: whole.start, blind), turn.time)
            }
        }
        return spans.filter { it.start < it.end }
    }

    private fun endOf(start: Instant, next: Instant, blind: List<Gap>): Instant =
        (blind.map { it.start }.filter { it > start } + next).min()

    /** A screen that goes off was on since somebody began to look; twice off says that a mark is missing. */
    private fun startOf(end: Instant, before: Instant, blind: List<Gap>): Instant {
        val looked = blind.mapNotNull { it.end }.filter { it <= end }
        return (looked + before).max()
    }
}
