package org.telltale.app.feature.report

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.ReportStamp
import org.telltale.app.ui.FileTrouble
import org.telltale.app.ui.Format
import org.telltale.app.ui.Words

/** What is in a report, and what became of it, in words. */
class ReportWords(private val resources: Resources, private val format: Format) {
    private val words = Words(resources, format)

    /** What the choice of how much is told means. */
    fun redaction(isInFull: Boolean): String =
        resources.getString(if (isInFull) R.string.report_full_detail else R.string.report_redacted_detail)

    /** One fact to a line: `212 reports · 6 apps`, `18 unencrypted requests`, `2 experiments`. */
    fun contents(stamp: ReportStamp): String {
        val reports = words.count(R.plurals.reports, stamp.findings)
        val apps = words.count(R.plurals.timeline_apps, stamp.appsFlagged)
        return listOf(
            resources.getString(R.string.facts_two, reports, apps),
            resources.getString(R.string.report_of, words.count(R.plurals.connections, stamp.flows)),
            words.count(R.plurals.report_requests, stamp.requests),
            words.count(R.plurals.report_experiments, stamp.experiments),
        ).joinToString("\n")
    }

    /** What it says of the phone, a line each; null where it says nothing. */
    fun facts(made: MadeReport): String? =
        made.facts.joinToString("\n") { format.code("${it.name}: ${it.value}") }.ifEmpty { null }

    /** `telltale-2026-03-11.html · 312 kB`. */
    fun file(made: MadeReport): String =
        resources.getString(R.string.facts_two, format.code(made.file.name), format.bytes(made.size))

    /** What went wrong, or that it was saved; null where there is nothing to say. */
    fun outcome(state: ReportState): String? = when (val trouble = state.trouble) {
        null -> resources.getString(R.string.report_saved).takeIf { state.isSaved }
        ReportTrouble.Gone -> resources.getString(R.string.report_gone)
        is ReportTrouble.Failed -> told(trouble)
    }

    private fun told(failed: ReportTrouble.Failed): String = when (failed.trouble) {
        FileTrouble.NOTHING -> resources.getString(R.string.export_nothing)
        FileTrouble.FULL -> resources.getString(R.string.export_full)
        FileTrouble.PLACE -> resources.getString(R.string.export_place)
        FileTrouble.RECORD -> resources.getString(R.string.export_failed, failed.detail.orEmpty())
    }
}
