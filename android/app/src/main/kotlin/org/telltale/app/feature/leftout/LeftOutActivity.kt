package org.telltale.app.feature.leftout

import android.os.Bundle
import android.view.View
import android.widget.CheckBox
import android.widget.EditText
import android.widget.ImageView
import android.widget.ListView
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.TelltaleApplication
import org.telltale.app.ui.PagedAdapter
import org.telltale.app.ui.Place
import org.telltale.app.ui.RowKind
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.StateView
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.Typing
import org.telltale.app.ui.setRowGround

/** Which apps go past the tunnel, unseen. */
class LeftOutActivity : ScreenActivity<LeftOutState, LeftOutModel>() {
    private lateinit var adapter: PagedAdapter<Row>
    private lateinit var stateView: StateView

    private data class Row(val app: Candidate, val isOut: Boolean)

    override fun createModel() = LeftOutModel(
        PhonePackages(packageManager, packageName), TelltaleApplication.of(this).settings, parts.background,
    )

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.leftout_title)
            leads(this@LeftOutActivity)
        }
        val list = view<ListView>(R.id.content)
        val head = layoutInflater.inflate(R.layout.leftout_header, list, false)
        stateView = requireNotNull(head.findViewById(R.id.leftout_state))
        head.findViewById<EditText>(R.id.leftout_search).addTextChangedListener(Typing { model.search(it) })
        list.addHeaderView(head, null, false)
        adapter = PagedAdapter(listOf(RowKind(R.layout.leftout_app, bind = ::bind)), idOf = { it.app.packageName })
        list.adapter = adapter
        list.setOnItemClickListener { _, _, position, _ ->
            adapter.items.getOrNull(position - list.headerViewsCount)?.let { model.toggle(it.app.packageName) }
        }
    }

    override fun render(state: LeftOutState) {
        val shown = state.shown
        when {
            state.problem != null -> stateView.failed(state.problem, model::refresh)
            state.apps == null -> stateView.loading()
            shown.isEmpty() -> stateView.empty(R.drawable.ic_search, getString(R.string.home_empty_search), null)
            else -> stateView.hide()
        }
        adapter.items = shown.map { Row(it, it.packageName in state.leftOut) }
    }

    private fun bind(view: View, row: Row, place: Place) {
        view.setRowGround(place)
        val icon = view.findViewById<ImageView>(R.id.leftout_icon)
        val own = row.app.icon?.run { constantState?.newDrawable(resources) ?: this }
        if (own == null) icon.setImageResource(R.drawable.app_plain) else icon.setImageDrawable(own)
        view.findViewById<TextView>(R.id.leftout_label).text = row.app.label
        view.findViewById<TextView>(R.id.leftout_name).text = format.code(row.app.packageName)
        view.findViewById<CheckBox>(R.id.leftout_check).isChecked = row.isOut
    }
}
