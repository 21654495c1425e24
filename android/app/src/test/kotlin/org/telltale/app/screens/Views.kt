package org.telltale.app.screens

import android.app.Activity
import android.view.View
import android.view.ViewGroup
import android.widget.ListView
import android.widget.TextView
import org.robolectric.Shadows.shadowOf

/** The view [id] of what is shown. */
fun <T : View> Activity.view(id: Int): T = requireNotNull(findViewById<T>(id)) { "no such view on $this" }

/** Whether [text] can be read somewhere on the screen, by itself or within a longer one. */
fun Activity.shows(text: String) = window.decorView.texts().any { text in it }

/** Touches the row of [list] that shows [text], and goes where it leads. */
fun Activity.open(list: ListView, text: String): Activity {
    val row = (0 until list.childCount).map(list::getChildAt).first { row -> row.texts().any { text in it } }
    val position = list.getPositionForView(row)
    list.performItemClick(row, position, list.getItemIdAtPosition(position))
    return start(checkNotNull(shadowOf(this).nextStartedActivity) { "the row of $text leads nowhere" })
}

private fun View.texts(): List<String> = when {
    visibility != View.VISIBLE -> emptyList()
    this is TextView -> listOf(text.toString())
    this is ViewGroup -> (0 until childCount).flatMap { getChildAt(it).texts() }
    else -> emptyList()
}
