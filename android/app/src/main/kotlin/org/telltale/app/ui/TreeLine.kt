package org.telltale.app.ui

import android.content.res.ColorStateList
import android.text.SpannableStringBuilder
import android.text.Spanned
import android.text.style.ForegroundColorSpan
import android.view.View
import android.widget.TextView
import org.telltale.app.R

/** A line of a tree: a name, and a value where nothing follows further in. */
data class TreeLine(
    override val id: Any,
    /** Steps from the margin. */
    val depth: Int,
    val name: String,
    val value: String?,
    /** Why it stands out; null where it does not. */
    val tag: String?,
    override val target: Any? = null,
) : Item

/** Shows tree lines. */
internal class TreeBinder(private val format: Format) {
    fun bind(view: View, line: TreeLine, place: Place) {
        view.setRowGround(place)
        view.backgroundTintList = if (line.tag == null) null else ColorStateList.valueOf(view.context.getColor(R.color.mark_soft))
        val resources = view.resources
        val step = resources.getDimensionPixelSize(R.dimen.tree_step)
        val edge = resources.getDimensionPixelSize(R.dimen.gap_wide)
        view.setPaddingRelative(edge + line.depth.coerceAtMost(DEEPEST) * step, view.paddingTop, edge, view.paddingBottom)
        view.minimumHeight = if (line.target == null) 0 else resources.getDimensionPixelSize(R.dimen.touch)
        val ink = view.context.getColor(if (line.tag == null) R.color.ink else R.color.on_mark_soft)
        val words = view.findViewById<TextView>(R.id.tree_words)
        words.text = words(line, ink)
        words.setTextColor(if (line.tag == null) view.context.getColor(R.color.ink_quiet) else ink)
        view.findViewById<TextView>(R.id.tree_tag).setTextOrGone(line.tag)
    }

    /** `name: value`, of which the value is in [ink]. */
    private fun words(line: TreeLine, ink: Int): CharSequence {
        val value = line.value ?: return format.code(line.name)
        val words = SpannableStringBuilder()
        if (line.name.isNotEmpty()) words.append(format.code(line.name)).append(": ")
        return words.append(format.code(value), ForegroundColorSpan(ink), Spanned.SPAN_EXCLUSIVE_EXCLUSIVE)
    }

    private companion object {
        /** Lines from here on stand below one another: on a narrow phone there must be room for words. */
        const val DEEPEST = 6
    }
}
