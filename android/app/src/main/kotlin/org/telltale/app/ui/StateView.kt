package org.telltale.app.ui

import android.content.Context
import android.util.AttributeSet
import android.view.Gravity
import android.view.LayoutInflater
import android.widget.Button
import android.widget.ImageView
import android.widget.LinearLayout
import android.widget.ListView
import android.widget.ProgressBar
import android.widget.TextView
import org.telltale.app.R

/** Stands where rows would: that they are coming, that there are none and why, or what went wrong. */
class StateView(context: Context, attributes: AttributeSet?) : LinearLayout(context, attributes) {
    private val picture: ImageView
    private val wait: ProgressBar
    private val title: TextView
    private val text: TextView
    private val button: Button

    init {
        orientation = VERTICAL
        gravity = Gravity.CENTER_HORIZONTAL
        LayoutInflater.from(context).inflate(R.layout.state_view, this)
        picture = requireNotNull(findViewById(R.id.state_picture))
        wait = requireNotNull(findViewById(R.id.state_wait))
        title = requireNotNull(findViewById(R.id.state_title))
        text = requireNotNull(findViewById(R.id.state_text))
        button = requireNotNull(findViewById(R.id.state_button))
    }

    fun hide() {
        visibility = GONE
    }

    fun loading() = show(null, context.getString(R.string.state_loading), null, null) {}

    fun empty(icon: Int, titleText: String, detail: String?) = show(icon, titleText, detail, null) {}

    /** What went wrong in [detail]'s words, and a way to [retry]. */
    fun failed(detail: String?, retry: () -> Unit) =
        show(R.drawable.ic_warning, context.getString(R.string.state_failed), detail, R.string.state_retry, retry)

    private fun show(icon: Int?, titleText: String, detail: String?, action: Int?, perform: () -> Unit) {
        visibility = VISIBLE
        wait.visibility = if (icon == null) VISIBLE else GONE
        picture.visibility = if (icon == null) GONE else VISIBLE
        icon?.let(picture::setImageResource)
        title.text = titleText
        text.setTextOrGone(detail)
        button.setTextOrGone(action?.let(context::getString))
        button.setOnClickListener { perform() }
    }

    companion object {
        /** One that stands above the rows of [list]; before its adapter is set. */
        fun above(list: ListView): StateView {
            val header = LayoutInflater.from(list.context).inflate(R.layout.state_header, list, false)
            list.addHeaderView(header, null, false)
            return requireNotNull(header.findViewById(R.id.state))
        }
    }
}
