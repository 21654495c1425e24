package org.telltale.app.ui

import android.view.LayoutInflater
import android.widget.TextView
import org.telltale.app.R

/** Shows each of [words] on a ground of its own. */
fun Flow.showTags(words: List<String>) {
    isPresent = words.isNotEmpty()
    while (childCount > words.size) removeViewAt(childCount - 1)
    while (childCount < words.size) LayoutInflater.from(context).inflate(R.layout.tag, this)
    words.forEachIndexed { at, word -> (getChildAt(at) as TextView).text = word }
}
