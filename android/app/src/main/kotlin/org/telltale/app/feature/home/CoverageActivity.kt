package org.telltale.app.feature.home

import android.os.Bundle
import android.view.View
import android.widget.ListView
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.Gap
import org.telltale.app.ui.PagedAdapter
import org.telltale.app.ui.Place
import org.telltale.app.ui.RowKind
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.StateView
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.markHeading
import org.telltale.app.ui.setRowGround
import org.telltale.app.ui.setTextOrGone

/** How much of what the phone did could be seen, how it came by names, and when nothing was seen. */
class CoverageActivity : ScreenActivity<CoverageState, CoverageModel>() {
    private lateinit var adapter: PagedAdapter<Any>
    private lateinit var stateView: StateView
    private val words by lazy { CoverageWords(resources, format) }

    override fun createModel() =
        CoverageModel(parts.records, parts.background, parts.clock, Screens.periodOf(intent))

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.coverage_title)
            leads(this@CoverageActivity)
        }
        val list = view<ListView>(R.id.content)
        stateView = StateView.above(list)
        adapter = PagedAdapter(KINDS, ::kindOf, { it })
        list.adapter = adapter
    }

    override fun render(state: CoverageState) {
        val coverage = state.coverage
        when {
            state.problem != null -> stateView.failed(state.problem, model::refresh)
            coverage == null -> stateView.loading()
            else -> stateView.hide()
        }
        adapter.items = if (coverage == null) emptyList() else rows(state)
    }

    private fun rows(state: CoverageState): List<Any> {
        val parts = state.coverage?.let(words::parts).orEmpty()
        val period = HomeWords(resources, format).period(state.period)
        val gaps = state.gaps.map { it to state.now }
        val gapRows = gaps.map { (gap, now) -> GapLine(words.reason(gap), words.time(gap, now), gap) }
        return listOf(Heading(period)) + parts.map { PartLine(getString(it.title), getString(it.detail), words.facts(it)) } +
            Heading(getString(R.string.coverage_gaps)) +
            gapRows.ifEmpty { listOf(GapLine(getString(R.string.home_no_gaps), null, null)) }
    }

    private fun kindOf(item: Any) = when (item) {
        is Heading -> 0
        is PartLine -> 1
        else -> 2
    }

    private data class Heading(val words: String)

    private data class PartLine(val title: String, val detail: String, val facts: String)

    private data class GapLine(val reason: String, val time: String?, val gap: Gap?)

    private companion object {
        val KINDS = listOf(
            RowKind<Any>(R.layout.section, isEnabled = false) { view, item, _ ->
                (view as TextView).text = (item as Heading).words
                view.markHeading()
            },
            RowKind(R.layout.coverage_row, isEnabled = false) { view, item, place ->
                item as PartLine
                bind(view, place, item.title, item.detail, item.facts)
            },
            RowKind(R.layout.coverage_row, isEnabled = false) { view, item, place ->
                item as GapLine
                bind(view, place, item.reason, null, item.time)
            },
        )

        fun bind(view: View, place: Place, title: String, detail: String?, facts: String?) {
            view.setRowGround(place)
            view.findViewById<TextView>(R.id.row_title).text = title
            view.findViewById<TextView>(R.id.row_detail).setTextOrGone(detail)
            view.findViewById<TextView>(R.id.row_facts).setTextOrGone(facts)
        }
    }
}
