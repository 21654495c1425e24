package org.telltale.app.feature.timeline

import android.os.Bundle
import android.widget.ListView
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.ui.GapWords
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.TopBar

/** Which app reported when, beside what its owner did, what the screen did, and what was not seen. */
class TimelineActivity : ScreenActivity<TimelineState, TimelineModel>() {
    private lateinit var header: TimelineHeader
    private lateinit var list: ItemList
    private val words by lazy { TimelineWords(resources, format, parts.clock.zone) }
    private val items by lazy { TimelineItems(words, GapWords(resources, format), format, parts.clock.zone) }

    override fun createModel() = TimelineModel(
        parts.engine, TimelineRecords(parts.records, parts.apps, parts.clock), parts.background, parts.clock,
    )

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.timeline_title)
            leads(this@TimelineActivity)
        }
        val content = view<ListView>(R.id.content)
        val head = layoutInflater.inflate(R.layout.timeline_header, content, false)
        header = TimelineHeader(head, words)
        header.onPeriod = model::choose
        header.onSpan = ::open
        header.onRetry = model::refresh
        header.onMark = { MarkDialog.show(this, model::mark) }
        content.addHeaderView(head, null, false)
        list = ItemList(content, onOpen = { open(it as Span) })
    }

    override fun render(state: TimelineState) {
        header.render(state)
        list.items = state.timeline?.let(items::of).orEmpty()
    }

    private fun open(span: Span) = startActivity(Screens.span(this, span))
}
