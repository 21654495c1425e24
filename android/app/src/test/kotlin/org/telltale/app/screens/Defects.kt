package org.telltale.app.screens

import android.graphics.Rect
import android.text.TextUtils
import android.view.View
import android.view.ViewGroup
import android.widget.TextView

/** What is wrong with how [window] is laid out: text cut off, views beyond the edge, targets too small for a finger. */
fun layoutDefects(window: View): List<String> = shownViews(window).flatMap { view ->
    listOfNotNull(
        (view as? TextView)?.let(::cutOff),
        clipped(view, window),
        tooSmall(view),
    ).map { "$it: ${describe(view)}" }
}

private fun shownViews(view: View): List<View> = when {
    view.visibility != View.VISIBLE || view.alpha == 0f -> emptyList()
    view is ViewGroup -> listOf(view) + (0 until view.childCount).flatMap { shownViews(view.getChildAt(it)) }
    else -> listOf(view)
}

/** A text that ends in the middle on purpose keeps both of its ends: long host names do. */
private fun cutOff(view: TextView): String? {
    val layout = view.layout ?: return null
    val lines = 0 until minOf(layout.lineCount, view.maxLines)
    val across = view.width - view.compoundPaddingLeft - view.compoundPaddingRight
    val down = view.height - view.compoundPaddingTop - view.compoundPaddingBottom
    return when {
        view.text.isEmpty() || view.ellipsize == TextUtils.TruncateAt.MIDDLE -> null
        layout.lineCount > view.maxLines -> "text has more lines than are shown"
        lines.any { layout.getEllipsisCount(it) > 0 } -> "text ends in an ellipsis"
        view.canScrollVertically(1) || view.canScrollVertically(-1) -> null
        layout.getLineBottom(lines.last) > down -> "text is cut off below"
        lines.any { layout.getLineMax(it) > across + 1 } -> "text is cut off at its side"
        else -> null
    }
}

/** What can be scrolled to is not lost. */
private fun clipped(view: View, window: View): String? {
    if (view !is TextView && !view.isClickable || view.width == 0 || view.height == 0) return null
    val box = Rect(0, 0, view.width, view.height)
    var inner = view
    while (inner !== window) {
        val outer = inner.parent as? ViewGroup ?: return null
        box.offset(inner.left - outer.scrollX, inner.top - outer.scrollY)
        val sideways = outer.canScrollHorizontally(1) || outer.canScrollHorizontally(-1)
        val upright = outer.canScrollVertically(1) || outer.canScrollVertically(-1)
        if (sideways || upright) return null
        if (box.left < 0 || box.right > outer.width || box.top < 0 || box.bottom > outer.height) {
            return "is cut off by ${describe(outer)}"
        }
        inner = outer
    }
    return null
}

private const val FINGER_DP = 48

private fun tooSmall(view: View): String? {
    if (!view.isClickable || !view.isEnabled) return null
    val density = view.resources.displayMetrics.density
    val (across, down) = view.width / density to view.height / density
    // Half a pixel is lost to rounding.
    val least = FINGER_DP - 0.5f
    return if (across < least || down < least) "touch target of %.0f x %.0f dp".format(across, down) else null
}

private fun describe(view: View): String {
    val id = if (view.id > 0) runCatching { view.resources.getResourceEntryName(view.id) }.getOrNull() else null
    val text = (view as? TextView)?.text?.toString()?.let { " \"$it\"" }.orEmpty()
    return "${view.javaClass.simpleName} ${id.orEmpty()}$text"
}
