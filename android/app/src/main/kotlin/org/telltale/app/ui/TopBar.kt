package org.telltale.app.ui

import android.app.Activity
import android.content.Context
import android.util.AttributeSet
import android.view.LayoutInflater
import android.view.View
import android.widget.ImageButton
import android.widget.LinearLayout
import android.widget.TextView
import org.telltale.app.R

/** The head of a screen: the way back, its title, and what can be done. */
class TopBar(context: Context, attributes: AttributeSet?) : LinearLayout(context, attributes) {
    private val back: View
    private val titleView: TextView
    private val actions: LinearLayout

    init {
        gravity = android.view.Gravity.CENTER_VERTICAL
        LayoutInflater.from(context).inflate(R.layout.top_bar, this)
        back = requireNotNull(findViewById(R.id.bar_back))
        titleView = requireNotNull(findViewById(R.id.bar_title))
        actions = requireNotNull(findViewById(R.id.bar_actions))
    }

    var title: CharSequence
        get() = titleView.text
        set(value) {
            titleView.text = value
        }

    /** Shows the way back, which ends [activity]. */
    fun leads(activity: Activity) {
        back.visibility = VISIBLE
        back.setOnClickListener { activity.finish() }
        titleView.setPaddingRelative(0, 0, 0, 0)
    }

    /** Adds a picture to touch at the end. */
    fun action(icon: Int, label: Int, perform: (View) -> Unit): ImageButton {
        val button = LayoutInflater.from(context).inflate(R.layout.top_bar_action, actions, false) as ImageButton
        button.setImageResource(icon)
        button.contentDescription = context.getString(label)
        button.tooltipText = button.contentDescription
        button.setOnClickListener(perform)
        actions.addView(button)
        return button
    }
}
