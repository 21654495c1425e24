package org.telltale.app.feature.export

import android.app.Activity
import android.app.AlertDialog
import org.telltale.app.R

/** Asks for one of the record's apps, or all of them. */
object AppDialog {
    /** [take] is told the key of what is chosen among [apps]; null for all. */
    fun show(activity: Activity, words: ExportWords, apps: List<AppChoice>, current: String?, take: (String?) -> Unit) {
        val offers = listOf<AppChoice?>(null) + apps
        val names = offers.map(words::app).toTypedArray()
        AlertDialog.Builder(activity)
            .setTitle(R.string.export_app)
            .setSingleChoiceItems(names, offers.indexOfFirst { it?.key == current }) { dialog, at ->
                dialog.dismiss()
                take(offers[at]?.key)
            }
            .setNegativeButton(R.string.mark_cancel, null)
            .show()
    }
}
