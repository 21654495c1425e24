package org.telltale.app.feature.home

import android.view.View
import android.widget.ImageView
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.ui.BarChart
import org.telltale.app.ui.Format
import org.telltale.app.ui.PagedAdapter
import org.telltale.app.ui.Place
import org.telltale.app.ui.RowKind
import org.telltale.app.ui.isPresent
import org.telltale.app.ui.setRowGround

/** Shows apps as rows. */
class AppRows(private val words: HomeWords, private val format: Format) {
    fun adapter(near: (Int) -> Unit) = PagedAdapter(
        kinds = listOf(RowKind(R.layout.home_app, bind = ::bind)),
        idOf = { it.row.owner?.key.orEmpty() },
        near = near,
    )

    private fun bind(view: View, item: AppItem, place: Place) {
        view.setRowGround(place)
        view.contentDescription = words.spoken(item)
        view.findViewById<ImageView>(R.id.app_icon).setAppIcon(item)
        view.findViewById<TextView>(R.id.app_label).text = item.face.label
        view.findViewById<TextView>(R.id.app_facts).text = words.facts(item.row)
        val count = view.findViewById<TextView>(R.id.app_count)
        count.text = format.short(item.row.findings)
        count.isPresent = item.row.findings > 0
        val chart = view.findViewById<BarChart>(R.id.app_bars)
        chart.bars = item.bars
        chart.isPresent = item.row.findings > 0
    }

    private fun ImageView.setAppIcon(item: AppItem) {
        val icon = item.face.icon?.constantState?.newDrawable(resources) ?: item.face.icon
        if (icon == null) setImageResource(R.drawable.app_plain) else setImageDrawable(icon)
    }
}
