package org.telltale.app.ui

import android.os.Build
import android.view.View
import android.widget.TextView
import org.telltale.app.R

/** Shows [words], or nothing at all where there are none. */
fun TextView.setTextOrGone(words: CharSequence?) {
    text = words
    visibility = if (words.isNullOrEmpty()) View.GONE else View.VISIBLE
}

/** Read out as a heading, so that TalkBack can jump to it. Below Android 9 there are none. */
fun View.markHeading() {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) isAccessibilityHeading = true
}

/** The ground of a row that stands at [place] of its group. */
fun View.setRowGround(place: Place) = setBackgroundResource(
    when (place) {
        Place.ONLY -> R.drawable.row_only
        Place.FIRST -> R.drawable.row_first
        Place.MIDDLE -> R.drawable.row_middle
        Place.LAST -> R.drawable.row_last
    },
)

/** Takes up room, and can be seen. */
var View.isPresent: Boolean
    get() = visibility == View.VISIBLE
    set(value) {
        visibility = if (value) View.VISIBLE else View.GONE
    }
