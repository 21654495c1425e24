package org.telltale.app.ui

import android.content.res.ColorStateList
import android.view.LayoutInflater
import android.widget.TextView
import org.telltale.app.R

/** What a tag stands for, by its colours. */
enum class Tone(private val ground: Int, private val ink: Int) {
    /** It says something of the owner. */
    MARK(R.color.mark_soft, R.color.on_mark_soft),

    /** A finding. */
    FLAG(R.color.flag_soft, R.color.on_flag_soft),

    /** No cause for concern. */
    CALM(R.color.accent_soft, R.color.on_accent_soft),

    /** Nothing is decided by it. */
    QUIET(R.color.card_high, R.color.ink);

    /** Gives [tag] these colours. */
    fun color(tag: TextView) {
        tag.backgroundTintList = ColorStateList.valueOf(tag.context.getColor(ground))
        tag.setTextColor(tag.context.getColor(ink))
    }
}

/** Shows each of [words] on a ground of its own. */
fun Flow.showTags(words: List<String>) {
    isPresent = words.isNotEmpty()
    while (childCount > words.size) removeViewAt(childCount - 1)
    while (childCount < words.size) LayoutInflater.from(context).inflate(R.layout.tag, this)
    words.forEachIndexed { at, word -> (getChildAt(at) as TextView).text = word }
}
