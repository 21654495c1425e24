package org.telltale.app.feature.timeline

import java.time.Instant
import org.telltale.app.apps.Face
import org.telltale.app.engine.Gap
import org.telltale.app.engine.Mark
import org.telltale.app.engine.Owner
import org.telltale.app.ui.Period

/** What one app reported, slot by slot. */
data class Lane(val owner: Owner?, val face: Face, val counts: List<Long>) {
    val total: Long get() = counts.sum()
}

/** What a period was like: which app reported when, what its owner marked, what the screen did, what was not seen. */
data class Timeline(
    val axis: TimeAxis,
    /** Every app that reported, the one with the most reports first. */
    val lanes: List<Lane>,
    /** Of all connections, whoever they went to. */
    val flows: Long,
    /** When the screen was on; null where it is not known. */
    val screen: List<Span>?,
    /** The latest first. */
    val gaps: List<Gap>,
    /** What the owner marked, the latest first. */
    val marks: List<Mark>,
    val now: Instant,
) {
    val total: Long get() = lanes.sumOf { it.total }

    /** The sum over all apps of each slot. */
    val perSlot: List<Long> get() = axis.slots.indices.map { at -> lanes.sumOf { it.counts[at] } }
}

/** All that the timeline shows; [timeline] is null until it is known. */
data class TimelineState(
    val period: Period = Period.DAY,
    val timeline: Timeline? = null,
    val isWatching: Boolean = false,
    val problem: String? = null,
)
