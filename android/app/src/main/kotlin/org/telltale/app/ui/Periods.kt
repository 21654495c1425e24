package org.telltale.app.ui

import android.content.Context
import android.util.AttributeSet
import android.util.TypedValue
import android.view.LayoutInflater
import android.widget.RadioGroup
import android.widget.TextView
import org.telltale.app.R

/** Lets one choose how far to look back. */
class Periods(context: Context, attributes: AttributeSet?) : RadioGroup(context, attributes) {
    private var isShowing = false

    /** Told what the owner chose, not what was shown by [period]. */
    var onChoose: (Period) -> Unit = {}

    init {
        orientation = HORIZONTAL
        LayoutInflater.from(context).inflate(R.layout.periods, this)
        setOnCheckedChangeListener { _, id -> if (!isShowing) onChoose(IDS.getValue(id)) }
    }

    var period: Period
        get() = IDS.getValue(checkedRadioButtonId)
        set(value) {
            isShowing = true
            check(IDS.entries.first { it.value == value }.key)
            isShowing = false
        }

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        fitWords(MeasureSpec.getSize(widthMeasureSpec) / childCount)
        super.onMeasure(widthMeasureSpec, heightMeasureSpec)
    }

    /** All words in one size: the largest in which the longest has room in [width], and none is cut off. */
    private fun fitWords(width: Int) {
        val words = (0 until childCount).map { getChildAt(it) as TextView }
        val room = width - ROOM_AROUND_DP * resources.displayMetrics.density
        val longest = words.maxOf { it.paint.measureText(it.text.toString()) / it.textSize }
        val size = minOf(resources.getDimension(R.dimen.segment_text), room / longest)
        words.forEach { if (it.textSize != size) it.setTextSize(TypedValue.COMPLEX_UNIT_PX, size) }
    }

    private companion object {
        const val ROOM_AROUND_DP = 14f


        val IDS = mapOf(
            R.id.period_day to Period.DAY,
            R.id.period_week to Period.WEEK,
            R.id.period_month to Period.MONTH,
            R.id.period_all to Period.ALL,
        )
    }
}
