package org.telltale.app.ui

import android.graphics.drawable.Drawable
import android.view.View
import android.widget.ImageView
import android.widget.ListView
import android.widget.TextView
import org.telltale.app.R

/** What most lists are made of. */
sealed interface Item {
    /** Tells it from the others of its list, also when what it says changes. */
    val id: Any

    /** What it leads to; null for one that is only read. */
    val target: Any? get() = null
}

/** The word above a group of lines. */
data class Heading(val words: String) : Item {
    override val id: Any get() = words
}

/** A line of a group; null says nothing. */
data class Line(
    override val id: Any,
    val title: CharSequence,
    val detail: CharSequence? = null,
    val facts: CharSequence? = null,
    /** A number at its end, in the colour of findings. */
    val count: CharSequence? = null,
    /** In place of an icon that is null there is none, or a plain one with [hasIcon]. */
    val icon: Drawable? = null,
    val hasIcon: Boolean = icon != null,
    val bars: Bars? = null,
    /** Of what kind it is; stands above its title. */
    val kind: String? = null,
    val tone: Tone = Tone.MARK,
    /** Words that stand out, each by itself. */
    val tags: List<String> = emptyList(),
    override val target: Any? = null,
    /** There is a button that explains it, apart from where it leads. */
    val isExplained: Boolean = false,
    /** Read out in place of all its words. */
    val spoken: CharSequence? = null,
) : Item

/** Shows headings and lines, and tells which line was touched. */
class ItemList(
    private val list: ListView,
    near: (Int) -> Unit = {},
    private val onOpen: (Any) -> Unit = {},
    private val onExplain: (Any) -> Unit = {},
) {
    private val trees by lazy { TreeBinder(Format(list.context)) }
    private val adapter = PagedAdapter<Item>(
        kinds = listOf(
            RowKind(R.layout.section, isEnabled = false) { view, item, _ -> (view as TextView).text = (item as Heading).words },
            RowKind(R.layout.line) { view, item, place -> bind(view, item as Line, place) },
            RowKind(R.layout.line, isEnabled = false) { view, item, place -> bind(view, item as Line, place) },
            RowKind(R.layout.tree_line) { view, item, place -> trees.bind(view, item as TreeLine, place) },
            RowKind(R.layout.tree_line, isEnabled = false) { view, item, place -> trees.bind(view, item as TreeLine, place) },
        ),
        kindOf = ::kindOf,
        idOf = { it.id },
        near = near,
    )

    init {
        list.adapter = adapter
        list.setOnItemClickListener { _, _, position, _ ->
            adapter.items.getOrNull(position - list.headerViewsCount)?.target?.let(onOpen)
        }
    }

    var items: List<Item> by adapter::items

    private fun kindOf(item: Item): Int {
        val step = if (item.target != null) 0 else 1
        return when (item) {
            is Heading -> 0
            is Line -> 1 + step
            is TreeLine -> 3 + step
        }
    }

    private fun bind(view: View, line: Line, place: Place) {
        view.setRowGround(place)
        view.contentDescription = line.spoken
        view.text(R.id.line_kind).apply { setTextOrGone(line.kind) }.let(line.tone::color)
        view.text(R.id.line_title).text = line.title
        view.text(R.id.line_detail).setTextOrGone(line.detail)
        view.text(R.id.line_facts).setTextOrGone(line.facts)
        view.text(R.id.line_count).setTextOrGone(line.count)
        view.findViewById<Flow>(R.id.line_tags).showTags(line.tags)
        bindIcon(view.findViewById(R.id.line_icon), line)
        val chart = view.findViewById<BarChart>(R.id.line_bars)
        chart.isPresent = line.bars != null
        line.bars?.let { chart.bars = it }
        bindExplain(view.findViewById(R.id.line_explain), line)
    }

    private fun bindIcon(view: ImageView, line: Line) {
        view.isPresent = line.hasIcon
        // One drawable cannot be drawn in several places at once.
        val own = line.icon?.run { constantState?.newDrawable(list.resources) ?: this }
        if (own == null) view.setImageResource(R.drawable.app_plain) else view.setImageDrawable(own)
    }

    private fun bindExplain(button: View, line: Line) {
        button.isPresent = line.isExplained
        button.contentDescription = list.resources.getString(R.string.line_why, line.title)
        button.setOnClickListener { onExplain(line.id) }
    }

    private fun View.text(id: Int): TextView = requireNotNull(findViewById(id))
}
