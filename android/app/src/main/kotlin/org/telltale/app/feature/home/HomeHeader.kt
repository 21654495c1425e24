package org.telltale.app.feature.home

import android.text.Editable
import android.text.TextWatcher
import android.view.Gravity
import android.view.View
import android.view.inputmethod.InputMethodManager
import android.widget.CompoundButton
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.Switch
import android.widget.TextView
import java.time.Clock
import org.telltale.app.R
import org.telltale.app.engine.Phase
import org.telltale.app.ui.BarChart
import org.telltale.app.ui.Bars
import org.telltale.app.ui.ChartWords
import org.telltale.app.ui.Chip
import org.telltale.app.ui.Format
import org.telltale.app.ui.Periods
import org.telltale.app.ui.StateView
import org.telltale.app.ui.isPresent

/** What stands above the apps, or beside them, under [roots]: the switch, the sentence with its chart, coverage, filters. */
class HomeHeader(private val roots: List<View>, private val words: HomeWords, format: Format, private val clock: Clock) {
    private val context = roots.first().context
    private val charts = ChartWords(context.resources, format, clock.zone)
    private val switch = view<Switch>(R.id.home_switch)
    private val stateView = view<StateView>(R.id.home_state)
    private val search = view<EditText>(R.id.home_search)
    private var filter = HomeFilter()
    private var isRendering = false

    var onSwitch: (Boolean) -> Unit = {}
    var onFilter: (HomeFilter) -> Unit = {}
    var onCoverage: () -> Unit = {}
    var onRetry: () -> Unit = {}

    init {
        if (isCramped()) stackWatch()
        switch.setOnCheckedChangeListener(unlessRendering { onSwitch(it) })
        view<View>(R.id.home_coverage).setOnClickListener { onCoverage() }
        view<View>(R.id.home_find).setOnClickListener { toggleSearch() }
        view<Periods>(R.id.home_period).onChoose = { onFilter(filter.copy(period = it)) }
        chip(R.id.home_flagged) { filter.copy(flaggedOnly = it) }
        chip(R.id.home_user) { filter.copy(origin = Origin.USER.takeIf { _ -> it }) }
        chip(R.id.home_system) { filter.copy(origin = Origin.SYSTEM.takeIf { _ -> it }) }
        search.addTextChangedListener(Typing { onFilter(filter.copy(search = it)) })
    }

    /** Large words on a narrow screen leave no room for the switch beside them. */
    private fun isCramped() = context.resources.configuration.run { screenWidthDp / fontScale < CRAMPED_BELOW }

    private fun stackWatch() {
        view<LinearLayout>(R.id.home_watch).apply {
            orientation = LinearLayout.VERTICAL
            gravity = Gravity.START
        }
        view<View>(R.id.home_watch_words).layoutParams =
            LinearLayout.LayoutParams(LinearLayout.LayoutParams.MATCH_PARENT, LinearLayout.LayoutParams.WRAP_CONTENT)
        (switch.layoutParams as LinearLayout.LayoutParams).apply {
            topMargin = marginStart
            marginStart = 0
        }
    }

    fun render(state: HomeState) {
        isRendering = true
        filter = state.filter
        renderWatch(state)
        renderSummary(state.summary)
        renderFilter(state.filter)
        renderList(state)
        isRendering = false
    }

    private fun renderWatch(state: HomeState) {
        val isOn = state.engine.phase == Phase.WATCHING || state.engine.phase == Phase.STARTING
        switch.isChecked = isOn
        view<View>(R.id.home_watch).setBackgroundResource(if (isOn) R.drawable.card_accent else R.drawable.card)
        view<TextView>(R.id.home_watch_state).text = words.state(state.engine)
        view<TextView>(R.id.home_watch_detail).text = words.detail(state.engine, clock.instant())
    }

    private fun renderSummary(summary: Summary?) {
        val isOfUse = summary?.everWatched == true
        view<View>(R.id.home_coverage).isPresent = isOfUse
        view<View>(R.id.home_list_head).isPresent = summary?.everWatched != false
        view<View>(R.id.home_summary).isPresent = isOfUse
        if (summary != null && isOfUse) renderNumbers(summary)
    }

    private fun renderNumbers(summary: Summary) {
        view<TextView>(R.id.home_period_name).text = words.period(filter.period)
        view<TextView>(R.id.home_sentence).text = words.sentence(summary)
        val chart = view<BarChart>(R.id.home_chart)
        chart.isPresent = summary.findings > 0
        chart.bars = Bars(
            values = summary.perBucket,
            marked = summary.perBucket,
            labels = charts.axis(summary.buckets, summary.now),
            words = charts.describe(summary.buckets, summary.perBucket, summary.now),
        )
        view<TextView>(R.id.home_named).text = words.coverage(summary)
        view<TextView>(R.id.home_gaps).text = words.gaps(summary)
    }

    private fun renderFilter(filter: HomeFilter) {
        view<Periods>(R.id.home_period).period = filter.period
        view<Chip>(R.id.home_flagged).isChecked = filter.flaggedOnly
        view<Chip>(R.id.home_user).isChecked = filter.origin == Origin.USER
        view<Chip>(R.id.home_system).isChecked = filter.origin == Origin.SYSTEM
        if (search.text.toString() != filter.search) search.setText(filter.search)
        search.isPresent = search.isPresent || filter.search.isNotEmpty()
    }

    private fun renderList(state: HomeState) = when {
        state.problem != null -> stateView.failed(state.problem) { onRetry() }
        state.apps.isNotEmpty() -> stateView.hide()
        state.isLoading -> stateView.loading()
        state.summary?.everWatched == false -> empty(R.drawable.ic_eye, R.string.home_never_watched, R.string.home_never_watched_detail)
        state.filter.search.isNotEmpty() -> empty(R.drawable.ic_search, R.string.home_empty_search, null)
        state.filter.flaggedOnly -> empty(R.drawable.ic_shield, R.string.home_empty_flagged, R.string.home_empty_flagged_detail)
        else -> empty(R.drawable.ic_app, R.string.home_empty_apps, null)
    }

    private fun empty(icon: Int, title: Int, detail: Int?) =
        stateView.empty(icon, context.getString(title), detail?.let(context::getString))

    private fun toggleSearch() {
        search.isPresent = !search.isPresent
        if (!search.isPresent) return search.setText("")
        search.requestFocus()
        context.getSystemService(InputMethodManager::class.java)?.showSoftInput(search, 0)
    }

    private fun chip(id: Int, next: (Boolean) -> HomeFilter) =
        view<Chip>(id).setOnCheckedChangeListener(unlessRendering { onFilter(next(it)) })

    private fun unlessRendering(act: (Boolean) -> Unit) =
        CompoundButton.OnCheckedChangeListener { _, on -> if (!isRendering) act(on) }

    private fun <V : View> view(id: Int): V = requireNotNull(roots.firstNotNullOfOrNull { it.findViewById<V>(id) })

    private class Typing(private val typed: (String) -> Unit) : TextWatcher {
        override fun beforeTextChanged(text: CharSequence, start: Int, count: Int, after: Int) = Unit

        override fun onTextChanged(text: CharSequence, start: Int, before: Int, count: Int) = Unit

        override fun afterTextChanged(text: Editable) = typed(text.toString())
    }

    private companion object {
        const val CRAMPED_BELOW = 240
    }
}
