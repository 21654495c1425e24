package org.telltale.app.ui

import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.BaseAdapter

/** One kind of row: its layout, and how it shows an item. */
class RowKind<T>(val layout: Int, val isEnabled: Boolean = true, val bind: (view: View, item: T, place: Place) -> Unit)

/** Where a row stands in its group of rows; the group has wide corners outside and narrow ones between. */
enum class Place {
    ONLY, FIRST, MIDDLE, LAST;

    companion object {
        fun of(isFirst: Boolean, isLast: Boolean) = when {
            isFirst && isLast -> ONLY
            isFirst -> FIRST
            isLast -> LAST
            else -> MIDDLE
        }
    }
}

/**
 * Shows [items] as rows of a few [kinds]. Tells [near] which position is looked at, so that the next page can be asked
 * for in time.
 */
class PagedAdapter<T : Any>(
    private val kinds: List<RowKind<T>>,
    private val kindOf: (T) -> Int = { 0 },
    private val idOf: (T) -> Any,
    private val near: (Int) -> Unit = {},
) : BaseAdapter() {
    private val ids = HashMap<Any, Long>()

    var items: List<T> = emptyList()
        set(value) {
            if (field == value) return
            field = value
            notifyDataSetChanged()
        }

    override fun getCount() = items.size

    override fun getItem(position: Int) = items[position]

    override fun getItemId(position: Int) = ids.getOrPut(idOf(items[position])) { ids.size.toLong() }

    override fun hasStableIds() = true

    override fun getViewTypeCount() = kinds.size

    override fun getItemViewType(position: Int) = kindOf(items[position])

    override fun areAllItemsEnabled() = kinds.all { it.isEnabled }

    override fun isEnabled(position: Int) = kinds[getItemViewType(position)].isEnabled

    override fun getView(position: Int, convertView: View?, parent: ViewGroup): View {
        near(position)
        val kind = kinds[getItemViewType(position)]
        val view = convertView ?: LayoutInflater.from(parent.context).inflate(kind.layout, parent, false)
        kind.bind(view, items[position], placeOf(position))
        return view
    }

    private fun placeOf(position: Int) = Place.of(
        isFirst = position == 0 || layoutAt(position - 1) != layoutAt(position),
        isLast = position == items.lastIndex || layoutAt(position + 1) != layoutAt(position),
    )

    private fun layoutAt(position: Int) = kinds[getItemViewType(position)].layout
}
