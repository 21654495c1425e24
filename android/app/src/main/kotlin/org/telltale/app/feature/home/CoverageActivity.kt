package org.telltale.app.feature.home

import android.os.Bundle
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.Coverage
import org.telltale.app.ui.GapWords
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.Line
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.StateView
import org.telltale.app.ui.TopBar

/** How much of what the phone did could be seen, how it came by names, and when nothing was seen. */
class CoverageActivity : ScreenActivity<CoverageState, CoverageModel>() {
    private lateinit var list: ItemList
    private lateinit var stateView: StateView
    private val words by lazy { CoverageWords(resources, format) }
    private val gapWords by lazy { GapWords(resources, format) }

    override fun createModel() =
        CoverageModel(parts.records, parts.background, parts.clock, Screens.periodOf(intent))

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.coverage_title)
            leads(this@CoverageActivity)
        }
        stateView = StateView.above(view(R.id.content))
        list = ItemList(view(R.id.content))
    }

    override fun render(state: CoverageState) {
        val coverage = state.coverage
        when {
            state.problem != null -> stateView.failed(state.problem, model::refresh)
            coverage == null -> stateView.loading()
            else -> stateView.hide()
        }
        list.items = coverage?.let { items(state, it) }.orEmpty()
    }

    private fun items(state: CoverageState, coverage: Coverage): List<Item> {
        val period = Heading(HomeWords(resources, format).period(state.period))
        val ways = words.parts(coverage).map { Line(it.title, getString(it.title), getString(it.detail), words.facts(it)) }
        val gaps = state.gaps.map { Line(it, gapWords.reason(it), facts = gapWords.time(it, state.now)) }
        val none = Line(R.string.home_no_gaps, getString(R.string.home_no_gaps))
        return listOf(period) + ways + Heading(getString(R.string.coverage_gaps)) + gaps.ifEmpty { listOf(none) }
    }
}
