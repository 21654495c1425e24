package org.telltale.app.feature.timeline

import android.view.View
import android.widget.Button
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.ui.Period
import org.telltale.app.ui.Periods
import org.telltale.app.ui.StateView
import org.telltale.app.ui.isPresent

/** What stands above the list: the period, its sentence and chart, and the way to set a mark. */
class TimelineHeader(private val root: View, private val words: TimelineWords) {
    private val chart = view<LaneChart>(R.id.timeline_chart)
    private val choice = view<Periods>(R.id.timeline_period)
    private val state = view<StateView>(R.id.timeline_state)
    private var shown: Timeline? = null

    var onPeriod: (Period) -> Unit = {}
    var onSpan: (Span) -> Unit = {}
    var onMark: () -> Unit = {}
    var onRetry: () -> Unit = {}

    init {
        // The whole record would be bars too thin to see.
        view<View>(R.id.period_all).isPresent = false
        choice.onChoose = { onPeriod(it) }
        chart.onPick = { slot -> shown?.axis?.slots?.getOrNull(slot)?.let { onSpan(it) } }
        view<Button>(R.id.timeline_mark).setOnClickListener { onMark() }
    }

    fun render(next: TimelineState) {
        choice.period = next.period
        view<TextView>(R.id.timeline_name).text = words.period(next.period)
        renderMark(next.isWatching)
        renderState(next)
        shown = next.timeline
        val timeline = next.timeline
        val parts = listOf(R.id.timeline_chart, R.id.timeline_legend, R.id.timeline_touch, R.id.timeline_sentence)
        parts.forEach { view<View>(it).isPresent = timeline != null }
        timeline?.let(::renderTimeline)
    }

    private fun renderTimeline(timeline: Timeline) {
        view<TextView>(R.id.timeline_sentence).text = words.sentence(timeline)
        chart.lanes = words.lanes(timeline, MOST_LANES)
        chart.isPresent = chart.lanes.rows.isNotEmpty()
        view<View>(R.id.timeline_legend).isPresent = chart.isPresent
        view<View>(R.id.timeline_touch).isPresent = chart.isPresent
        view<View>(R.id.timeline_legend_screen).isPresent = chart.lanes.screen.isNotEmpty()
        view<View>(R.id.timeline_legend_blind).isPresent = chart.lanes.blind.isNotEmpty()
        view<View>(R.id.timeline_legend_mark).isPresent = chart.lanes.marks.isNotEmpty()
    }

    private fun renderMark(isWatching: Boolean) {
        view<Button>(R.id.timeline_mark).isPresent = isWatching
        view<TextView>(R.id.timeline_mark_detail).setText(if (isWatching) R.string.mark_detail else R.string.mark_off)
    }

    private fun renderState(next: TimelineState) {
        when {
            next.problem != null -> state.failed(next.problem) { onRetry() }
            next.timeline == null -> state.loading()
            else -> state.hide()
        }
    }

    private fun <V : View> view(id: Int): V = requireNotNull(root.findViewById(id))

    private companion object {
        /** As many as a phone shows at once. */
        const val MOST_LANES = 6
    }
}
