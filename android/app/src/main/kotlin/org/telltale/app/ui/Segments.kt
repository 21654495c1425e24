package org.telltale.app.ui

import android.content.Context
import android.util.AttributeSet
import android.util.TypedValue
import android.widget.RadioGroup
import android.widget.TextView
import org.telltale.app.R

/** A few choices in one pill. Their words have one size: the largest in which each has room, so that none is cut off. */
open class Segments(context: Context, attributes: AttributeSet?) : RadioGroup(context, attributes) {
    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        fitWords(MeasureSpec.getSize(widthMeasureSpec) / childCount)
        super.onMeasure(widthMeasureSpec, heightMeasureSpec)
    }

    private fun fitWords(width: Int) {
        val words = (0 until childCount).map { getChildAt(it) as TextView }
        val room = width - ROOM_AROUND_DP * resources.displayMetrics.density
        val longest = words.maxOf { it.paint.measureText(it.text.toString()) / it.textSize }
        val size = minOf(resources.getDimension(R.dimen.segment_text), room / longest)
        words.forEach { if (it.textSize != size) it.setTextSize(TypedValue.COMPLEX_UNIT_PX, size) }
    }

    private companion object {
        const val ROOM_AROUND_DP = 14f
    }
}
