package org.telltale.app.ui

import android.content.Context
import android.util.AttributeSet
import android.view.View
import android.view.ViewGroup

/** Puts views beside one another, and on the next line what has no room. */
class Flow(context: Context, attributes: AttributeSet?) : ViewGroup(context, attributes) {
    private class Seat(val view: View, val start: Int, val top: Int)

    private var seats = emptyList<Seat>()

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val room = MeasureSpec.getSize(widthMeasureSpec)
        val made = ArrayList<Seat>()
        var start = 0
        var top = 0
        var foot = 0
        children().forEach { view ->
            measureChildWithMargins(view, widthMeasureSpec, 0, heightMeasureSpec, 0)
            val margins = view.layoutParams as MarginLayoutParams
            if (start > 0 && start + view.measuredWidth > room) {
                start = 0
                top = foot
            }
            made += Seat(view, start, top + margins.topMargin)
            start += view.measuredWidth + margins.marginEnd
            foot = maxOf(foot, top + margins.topMargin + view.measuredHeight + margins.bottomMargin)
        }
        seats = made
        setMeasuredDimension(room, resolveSize(foot, heightMeasureSpec))
    }

    override fun onLayout(changed: Boolean, left: Int, top: Int, right: Int, bottom: Int) = seats.forEach { seat ->
        val isRtl = layoutDirection == LAYOUT_DIRECTION_RTL
        val x = if (isRtl) width - seat.start - seat.view.measuredWidth else seat.start
        seat.view.layout(x, seat.top, x + seat.view.measuredWidth, seat.top + seat.view.measuredHeight)
    }

    override fun generateLayoutParams(attributes: AttributeSet) = MarginLayoutParams(context, attributes)

    private fun children() = (0 until childCount).map(::getChildAt).filter { it.visibility != GONE }
}
