package org.telltale.app.feature.experiments

import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.ImageView
import android.widget.ListView
import android.widget.TextView
import java.time.Instant
import org.telltale.app.R
import org.telltale.app.engine.Verdict
import org.telltale.app.ui.Format
import org.telltale.app.ui.Scatter
import org.telltale.app.ui.ScatterChart
import org.telltale.app.ui.StateView
import org.telltale.app.ui.isPresent
import org.telltale.app.ui.setTextOrGone

/** What stands above the numbers of a result: what it says, how sure that is, and the trials as a plot. */
class ResultHeader(list: ListView, private val words: ResultWords, private val format: Format) {
    private val root = LayoutInflater.from(list.context).inflate(R.layout.experiments_result, list, false)
    private val resources = list.resources
    private val claims = ClaimWords(resources)
    private val plots = Plots(resources, format)

    var onRetry: () -> Unit = {}
    var onGoOn: () -> Unit = {}
    var onAgain: () -> Unit = {}

    init {
        list.addHeaderView(root, null, false)
        view<View>(R.id.result_go_on).setOnClickListener { onGoOn() }
        view<View>(R.id.result_again).setOnClickListener { onAgain() }
    }

    fun render(state: ResultState, now: Instant) {
        view<View>(R.id.result_content).isPresent = state.detail != null
        state.detail?.let { renderDetail(it, now) }
        val button = view<Button>(R.id.result_go_on)
        button.isPresent = state.canGoOn
        button.setText(if (state.isWatching) R.string.experiments_go_on else R.string.widget_start)
        view<View>(R.id.result_again).isPresent = state.detail?.result?.row?.ended != null
        val stateView = view<StateView>(R.id.result_state)
        when {
            state.problem != null -> stateView.failed(state.problem) { onRetry() }
            state.isGone -> stateView.empty(R.drawable.ic_eye_off, resources.getString(R.string.evidence_gone), null)
            state.detail == null -> stateView.loading()
            else -> stateView.hide()
        }
    }

    private fun renderDetail(detail: ResultDetail, now: Instant) {
        val row = detail.result.row
        val icon = view<ImageView>(R.id.result_icon)
        if (detail.face.icon == null) icon.setImageResource(R.drawable.app_plain) else icon.setImageDrawable(detail.face.icon)
        text(R.id.result_app).text = detail.face.label
        text(R.id.result_time).text = format.moment(row.started, now)
        text(R.id.result_question).text = claims.question(row.subject.claim)
        text(R.id.result_verdict).text = resources.verdict(row.verdict)
        text(R.id.result_sentence).text = words.sentence(detail.result, detail.face.label)
        text(R.id.result_reservation).setTextOrGone(words.reservation(detail.result))
        paint(row.verdict)
        renderPlots(detail)
    }

    /** Red is for what was shown, not for what is only consistent with it. */
    private fun paint(verdict: Verdict) {
        val isShown = verdict == Verdict.UPLOADED
        view<View>(R.id.result_card).setBackgroundResource(if (isShown) R.drawable.card_flag else R.drawable.card)
        val ink = root.context.getColor(if (isShown) R.color.on_flag_soft else R.color.ink)
        listOf(R.id.result_question, R.id.result_sentence, R.id.result_reservation).forEach { text(it).setTextColor(ink) }
    }

    private fun renderPlots(detail: ResultDetail) {
        val drawn = plots.of(detail.result)
        val holder = view<ViewGroup>(R.id.result_plots)
        holder.removeAllViews()
        drawn.forEachIndexed { at, scatter -> scatter?.let { addPlot(holder, it, words.setting(detail.result, at)) } }
        view<View>(R.id.result_plot_card).isPresent = holder.childCount > 0
        val hasTrend = drawn.any { it?.trend != null }
        val hasLevels = drawn.any { it?.levels?.isNotEmpty() == true }
        text(R.id.result_legend_line).isPresent = hasTrend || hasLevels
        text(R.id.result_legend_line).setText(if (hasTrend) R.string.results_plot_line else R.string.results_plot_mean)
    }

    private fun addPlot(holder: ViewGroup, scatter: Scatter, name: String?) {
        val plot = LayoutInflater.from(holder.context).inflate(R.layout.experiments_plot, holder, false)
        plot.findViewById<TextView>(R.id.plot_name).setTextOrGone(name)
        plot.findViewById<ScatterChart>(R.id.plot_chart).scatter = scatter
        holder.addView(plot)
    }

    private fun text(id: Int): TextView = view(id)

    private fun <V : View> view(id: Int): V = requireNotNull(root.findViewById(id))
}
