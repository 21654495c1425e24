package org.telltale.app.feature.app

import android.view.LayoutInflater
import android.view.View
import android.widget.Button
import android.widget.ImageView
import android.widget.ListView
import android.widget.TextView
import java.time.ZoneId
import org.telltale.app.R
import org.telltale.app.ui.BarChart
import org.telltale.app.ui.Bars
import org.telltale.app.ui.ChartWords
import org.telltale.app.ui.Format
import org.telltale.app.ui.Periods
import org.telltale.app.ui.StateView
import org.telltale.app.ui.isPresent
import org.telltale.app.ui.setTextOrGone

/** What stands above an app's hosts: who it is, what it comes to, a chart, and a mark to set. */
class AppHeader(list: ListView, private val words: AppWords, private val format: Format, zone: ZoneId) {
    private val root = LayoutInflater.from(list.context).inflate(R.layout.app_header, list, false)
    private val charts = ChartWords(list.resources, format, zone)

    var onPeriod by view<Periods>(R.id.app_period)::onChoose
    var onMark: () -> Unit = {}
    var onRetry: () -> Unit = {}

    init {
        list.addHeaderView(root, null, false)
        view<View>(R.id.app_mark).setOnClickListener { onMark() }
    }

    fun render(state: AppState) {
        val summary = state.summary
        view<View>(R.id.app_identity).isPresent = summary != null
        view<View>(R.id.app_numbers).isPresent = summary != null
        view<Periods>(R.id.app_period).period = state.period
        summary?.let(::renderSummary)
        view<View>(R.id.app_mark_card).isPresent = state.isWatching && summary?.owner?.packages?.size == 1
        val stateView = view<StateView>(R.id.app_state)
        when {
            state.problem != null -> stateView.failed(state.problem) { onRetry() }
            summary == null -> stateView.loading()
            else -> stateView.hide()
        }
    }

    private fun renderSummary(summary: AppSummary) {
        val icon = view<ImageView>(R.id.app_icon)
        if (summary.face.icon == null) icon.setImageResource(R.drawable.app_plain) else icon.setImageDrawable(summary.face.icon)
        view<TextView>(R.id.app_label).text = summary.face.label
        view<TextView>(R.id.app_package).setTextOrGone(summary.owner?.packages?.singleOrNull()?.let(format::breakable))
        view<TextView>(R.id.app_note).setTextOrGone(words.note(summary))
        view<TextView>(R.id.app_sentence).text = words.sentence(summary)
        view<TextView>(R.id.app_totals).setTextOrGone(words.totals(summary))
        view<Button>(R.id.app_mark).text = root.context.getString(R.string.app_mark, summary.face.label)
        renderChart(summary)
    }

    private fun renderChart(summary: AppSummary) {
        val chart = view<BarChart>(R.id.app_chart)
        chart.isPresent = summary.row != null
        view<View>(R.id.app_legend).isPresent = summary.row != null
        chart.bars = Bars(
            values = summary.flowsPerBucket,
            marked = summary.findingsPerBucket,
            labels = charts.axis(summary.buckets, summary.now),
            words = charts.describe(summary.buckets, summary.findingsPerBucket, summary.now),
        )
    }

    private fun <V : View> view(id: Int): V = requireNotNull(root.findViewById(id))
}
