package org.telltale.app.feature.export

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.ui.FileTrouble
import org.telltale.app.ui.Format

/** What came of an export, and what would be lost, in words. */
class ExportWords(private val resources: Resources, private val format: Format) {
    /** The app that is chosen, or all of them. */
    fun app(app: AppChoice?): String = app?.label ?: resources.getString(R.string.export_all_apps)

    fun outcome(outcome: ExportOutcome): String = when (outcome) {
        is ExportOutcome.Done -> plural(R.plurals.export_done, outcome.flows)
        is ExportOutcome.Failed -> when (outcome.trouble) {
            FileTrouble.NOTHING -> resources.getString(R.string.export_nothing)
            FileTrouble.FULL -> resources.getString(R.string.export_full)
            FileTrouble.PLACE -> resources.getString(R.string.export_place)
            FileTrouble.RECORD -> resources.getString(R.string.export_failed, outcome.detail.orEmpty())
        }
    }

    /** `1,204 connections · 212 reports · 9 apps`. */
    fun loss(loss: Loss): String {
        if (loss.apps == 0) return resources.getString(R.string.erase_nothing)
        val apps = plural(R.plurals.timeline_apps, loss.apps.toLong())
        val reports = plural(R.plurals.reports, loss.findings)
        return resources.getString(R.string.facts_three, plural(R.plurals.connections, loss.flows), reports, apps)
    }

    private fun plural(id: Int, count: Long) =
        resources.getQuantityString(id, count.coerceAtMost(Int.MAX_VALUE.toLong()).toInt(), format.count(count))
}
