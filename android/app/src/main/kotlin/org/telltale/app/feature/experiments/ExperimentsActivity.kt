package org.telltale.app.feature.experiments

import android.os.Bundle
import android.view.View
import android.widget.ListView
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.StateView
import org.telltale.app.ui.TopBar

/** Questions that can be tried, what goes on, and what came of earlier ones. */
class ExperimentsActivity : ScreenActivity<ExperimentsState, ExperimentsModel>() {
    private lateinit var head: View
    private lateinit var list: ItemList
    private val items by lazy { ExperimentItems(resources, format) }

    override fun createModel() =
        ExperimentsModel(parts.experiments, parts.runs, parts.apps, parts.clock, parts.background)

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.experiments_title)
            leads(this@ExperimentsActivity)
        }
        val content = view<ListView>(R.id.content)
        head = layoutInflater.inflate(R.layout.experiments_header, content, false)
        content.addHeaderView(head, null, false)
        list = ItemList(content, near = model::near, onOpen = { open(it as Lead) })
    }

    override fun render(state: ExperimentsState) {
        val stateView = head.findViewById<StateView>(R.id.experiments_state)
        if (state.problem != null) stateView.failed(state.problem, model::refresh) else stateView.hide()
        list.items = items.of(state)
    }

    private fun open(lead: Lead) {
        startActivity(when (lead) {
            Lead.Live -> Screens.run(this)
            Lead.Record -> Screens.claims(this)
            is Lead.Try -> Screens.experiment(this, lead.claim, Screens.experimentAppOf(intent))
            is Lead.Result -> Screens.result(this, lead.id)
        })
    }
}
