package org.telltale.app.ui

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.widget.LinearLayout
import org.telltale.app.R

/** Keeps [content] to a width that is easy to read, in the middle, with room for the system's bar at its foot. */
class Margins(private val content: View) {
    private val start = content.paddingStart
    private val end = content.paddingEnd
    private val bottom = content.paddingBottom
    private val widest = content.resources.getDimensionPixelSize(R.dimen.content_width)

    /** Pixels of the bar at the foot. */
    var foot = 0
        set(value) {
            field = value
            apply(content.width)
        }

    init {
        content.addOnLayoutChangeListener { _, left, _, right, _, oldLeft, _, oldRight, _ ->
            if (right - left != oldRight - oldLeft) content.post { apply(right - left) }
        }
    }

    private fun apply(width: Int) {
        val margin = (width - widest) / 2
        content.setPaddingRelative(maxOf(start, margin), content.paddingTop, maxOf(end, margin), bottom + foot)
    }
}

/** A column of views that is never wider than is easy to read. */
class Column(context: Context, attributes: AttributeSet?) : LinearLayout(context, attributes) {
    private val side = paddingStart
    private val widest = resources.getDimensionPixelSize(R.dimen.content_width)

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val margin = maxOf(side, (MeasureSpec.getSize(widthMeasureSpec) - widest) / 2)
        if (margin != paddingStart) setPaddingRelative(margin, paddingTop, margin, paddingBottom)
        super.onMeasure(widthMeasureSpec, heightMeasureSpec)
    }
}
