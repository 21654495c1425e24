package org.telltale.app.feature.timeline

import android.view.View
import android.widget.Button
import android.widget.RadioGroup
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.feature.home.HomeWords
import org.telltale.app.ui.Period
import org.telltale.app.ui.StateView
import org.telltale.app.ui.isPresent

/** What stands above the list: the period, its sentence and chart, and the way to set a mark. */
class TimelineHeader(private val root: View, private val words: TimelineWords, private val periods: HomeWords) {
    private val chart = view<LaneChart>(R.id.timeline_chart)
    private val choice = view<RadioGroup>(R.id.timeline_period)
    private val state = view<StateView>(R.id.timeline_state)
    private var isRendering = false
    private var shown: Timeline? = null

    var onPeriod: (Period) -> Unit = {}
    var onSpan: (Span) -> Unit = {}
    var onMark: () -> Unit = {}
    var onRetry: () -> Unit = {}

    init {
        choice.setOnCheckedChangeListener { _, id -> if (!isRendering) onPeriod(PERIODS.getValue(id)) }
        chart.onPick = { slot -> shown?.axis?.slots?.getOrNull(slot)?.let { onSpan(it) } }
        view<Button>(R.id.timeline_mark).setOnClickListener { onMark() }
    }

    fun render(next: TimelineState) {
        isRendering = true
        choice.check(PERIODS.entries.first { it.value == next.period }.key)
        isRendering = false
        view<TextView>(R.id.timeline_name).text = periods.period(next.period)
        renderMark(next.isWatching)
        renderState(next)
        shown = next.timeline
        val timeline = next.timeline
        listOf(chart, view(R.id.timeline_legend), view(R.id.timeline_sentence)).forEach { it.isPresent = timeline != null }
        timeline?.let(::renderTimeline)
    }

    private fun renderTimeline(timeline: Timeline) {
        view<TextView>(R.id.timeline_sentence).text = words.sentence(timeline)
        chart.lanes = words.lanes(timeline, MOST_LANES)
        chart.isPresent = chart.lanes.rows.isNotEmpty()
        view<View>(R.id.timeline_legend).isPresent = chart.isPresent
        view<View>(R.id.timeline_legend_screen).isPresent = chart.lanes.screen.isNotEmpty()
        view<View>(R.id.timeline_legend_blind).isPresent = chart.lanes.blind.isNotEmpty()
        view<View>(R.id.timeline_legend_mark).isPresent = chart.lanes.marks.isNotEmpty()
    }

    private fun renderMark(isWatching: Boolean) {
        view<Button>(R.id.timeline_mark).isPresent = isWatching
        view<TextView>(R.id.timeline_mark_detail).setText(if (isWatching) R.string.mark_detail else R.string.mark_off)
    }

    private fun renderState(next: TimelineState) {
        val timeline = next.timeline
        when {
            next.problem != null -> state.failed(next.problem) { onRetry() }
            timeline == null -> state.loading()
            timeline.total == 0L -> state.empty(
                R.drawable.ic_timeline, words.sentence(timeline), root.context.getString(R.string.timeline_none_detail),
            )
            else -> state.hide()
        }
    }

    private fun <V : View> view(id: Int): V = requireNotNull(root.findViewById(id))

    private companion object {
        /** As many as a phone shows at once. */
        const val MOST_LANES = 6

        val PERIODS = mapOf(
            R.id.timeline_day to Period.DAY,
            R.id.timeline_week to Period.WEEK,
            R.id.timeline_month to Period.MONTH,
        )
    }
}
