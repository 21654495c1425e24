package org.telltale.app.ui

import android.content.Context
import android.util.AttributeSet
import android.widget.CheckBox
import org.telltale.app.R

/** A filter that is on or off; read out as a check box, which it is. */
class Chip(context: Context, attributes: AttributeSet?) : CheckBox(context, attributes, 0, R.style.Chip) {
    init {
        buttonDrawable = null
    }
}
