package org.telltale.app.feature.about

import android.os.Bundle
import org.telltale.app.R
import org.telltale.app.engine.Source
import org.telltale.app.ui.BaseActivity
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.Line
import org.telltale.app.ui.StateView
import org.telltale.app.ui.TopBar

/** What the built-in list of hosts rests on, every source with its terms. */
class SourcesActivity : BaseActivity() {
    private lateinit var list: ItemList
    private lateinit var stateView: StateView
    private var question: AutoCloseable? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.sources_title)
            leads(this@SourcesActivity)
        }
        stateView = StateView.above(view(R.id.content))
        list = ItemList(view(R.id.content))
        load()
    }

    override fun onDestroy() {
        question?.close()
        super.onDestroy()
    }

    private fun load() {
        stateView.loading()
        question = parts.background.ask({ parts.rulebook.sources(Sources.KEYS) }) { outcome ->
            outcome.onSuccess { sources ->
                stateView.hide()
                list.items = items(sources)
            }
            outcome.onFailure { stateView.failed(it.message, ::load) }
        }
    }

    private fun items(sources: List<Source>): List<Item> {
        val lines = sources.map { Line(id = it.key, title = format.code(it.key), detail = it.origin, facts = it.terms) }
        val how = Line(id = "how", title = getString(R.string.sources_how), detail = getString(R.string.sources_how_text))
        return listOf(how, Heading(getString(R.string.sources_all))) + lines
    }
}
