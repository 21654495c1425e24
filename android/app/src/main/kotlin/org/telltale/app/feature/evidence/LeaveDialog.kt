package org.telltale.app.feature.evidence

import android.app.Activity
import android.app.AlertDialog
import android.widget.RadioGroup
import android.widget.TextView
import org.telltale.app.R

/** Asks how much of a request may leave the app: without its values, unless its owner says otherwise. */
object LeaveDialog {
    fun show(activity: Activity, way: Way, onChoice: (isInFull: Boolean) -> Unit): AlertDialog {
        val content = activity.layoutInflater.inflate(R.layout.evidence_leave, null)
        val choice = content.findViewById<RadioGroup>(R.id.leave_choice)
        val detail = content.findViewById<TextView>(R.id.leave_detail)
        choice.setOnCheckedChangeListener { _, id ->
            val isInFull = id == R.id.leave_full
            detail.setText(if (isInFull) R.string.evidence_full_detail else R.string.evidence_redacted_detail)
        }
        choice.check(R.id.leave_redacted)
        return AlertDialog.Builder(activity)
            .setTitle(R.string.evidence_leave)
            .setView(content)
            .setPositiveButton(if (way == Way.COPY) R.string.evidence_copy else R.string.app_share) { _, _ ->
                onChoice(choice.checkedRadioButtonId == R.id.leave_full)
            }
            .setNegativeButton(R.string.mark_cancel, null)
            .show()
    }
}
