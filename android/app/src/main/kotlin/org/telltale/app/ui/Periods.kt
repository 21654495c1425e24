package org.telltale.app.ui

import android.content.Context
import android.util.AttributeSet
import android.view.LayoutInflater
import org.telltale.app.R

/** Lets one choose how far to look back. */
class Periods(context: Context, attributes: AttributeSet?) : Segments(context, attributes) {
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

    private companion object {
        val IDS = mapOf(
            R.id.period_day to Period.DAY,
            R.id.period_week to Period.WEEK,
            R.id.period_month to Period.MONTH,
            R.id.period_all to Period.ALL,
        )
    }
}
