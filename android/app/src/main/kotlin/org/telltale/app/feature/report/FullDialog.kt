package org.telltale.app.feature.report

import android.app.Activity
import android.app.AlertDialog
import org.telltale.app.R

/** Asks whether what is personal is to be in the page. Whoever does not say so clearly has not. */
object FullDialog {
    fun show(activity: Activity, onAnswer: (isInFull: Boolean) -> Unit): AlertDialog = AlertDialog.Builder(activity)
        .setTitle(R.string.report_full_ask)
        .setMessage(R.string.report_full_detail)
        .setPositiveButton(R.string.report_full_yes) { _, _ -> onAnswer(true) }
        .setNegativeButton(R.string.mark_cancel) { _, _ -> onAnswer(false) }
        .setOnCancelListener { onAnswer(false) }
        .show()
}
