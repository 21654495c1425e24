package org.telltale.app.feature.timeline

import android.app.Activity
import android.app.AlertDialog
import android.widget.EditText
import org.telltale.app.R

/** Asks what happens at this moment, which may be left open. */
object MarkDialog {
    fun show(activity: Activity, onMark: (String) -> Unit): AlertDialog {
        val content = activity.layoutInflater.inflate(R.layout.mark_dialog, null)
        val words = content.findViewById<EditText>(R.id.mark_words)
        return AlertDialog.Builder(activity)
            .setTitle(R.string.mark_title)
            .setView(content)
            .setPositiveButton(R.string.mark_set) { _, _ -> onMark(words.text.toString()) }
            .setNegativeButton(R.string.mark_cancel, null)
            .show()
    }
}
