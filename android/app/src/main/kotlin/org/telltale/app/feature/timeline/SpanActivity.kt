package org.telltale.app.feature.timeline

import android.os.Bundle
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.AppRow
import org.telltale.app.engine.Owner
import org.telltale.app.ui.GapWords
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.Line
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.StateView
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.Words

/** The apps that reported in one slot of the timeline, and what else happened then. */
class SpanActivity : ScreenActivity<SpanState, SpanModel>() {
    private lateinit var list: ItemList
    private lateinit var stateView: StateView
    private val words by lazy { TimelineWords(resources, format, parts.clock.zone) }
    private val counts by lazy { Words(resources, format) }
    private val items by lazy { TimelineItems(words, GapWords(resources, format), format, parts.clock.zone) }

    /** Where the line of an app leads. */
    private data class Target(val owner: Owner?)

    override fun createModel() =
        SpanModel(parts.records, parts.apps, parts.background, parts.clock, Screens.spanOf(intent, parts.clock.instant()))

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = words.title(model.state.span)
            leads(this@SpanActivity)
        }
        stateView = StateView.above(view(R.id.content))
        list = ItemList(view(R.id.content), onOpen = { startActivity(Screens.app(this, (it as Target).owner)) })
    }

    override fun render(state: SpanState) {
        val apps = state.apps
        when {
            state.problem != null -> stateView.failed(state.problem, model::refresh)
            apps == null -> stateView.loading()
            apps.isEmpty() -> stateView.empty(R.drawable.ic_timeline, getString(R.string.timeline_none), null)
            else -> stateView.hide()
        }
        list.items = apps.orEmpty().map(::line) + beside(state)
    }

    private fun beside(state: SpanState): List<Item> {
        val lines = items.beside(state)
        return if (lines.isEmpty()) emptyList() else listOf(Heading(getString(R.string.timeline_beside))) + lines
    }

    private fun facts(row: AppRow): String =
        getString(R.string.facts_two, counts.count(R.plurals.hosts, row.hosts), format.bytes(row.amount.bytes))

    private fun line(app: SpanApp) = Line(
        id = app.row.owner?.key.orEmpty(),
        title = app.face.label,
        detail = facts(app.row),
        count = format.short(app.row.findings),
        icon = app.face.icon,
        hasIcon = true,
        target = Target(app.row.owner),
    )
}
