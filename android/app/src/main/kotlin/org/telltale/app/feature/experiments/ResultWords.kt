package org.telltale.app.feature.experiments

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.CellResult
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.Doubt
import org.telltale.app.engine.ExperimentResult
import org.telltale.app.engine.ExperimentRow
import org.telltale.app.engine.Measured
import org.telltale.app.engine.Verdict
import org.telltale.app.ui.Format
import org.telltale.app.ui.Words

/** What an experiment came to, in a sentence. */
class ResultWords(private val resources: Resources, private val format: Format) {
    private val claims = ClaimWords(resources)
    private val words = Words(resources, format)

    /** What can be said of [app]; where settings differ, in which of them. */
    fun sentence(result: ExperimentResult, app: String): String {
        val subject = result.row.subject
        val said = resources.getString(said(result.row.verdict, subject.claim), app)
        val settings = result.cells.indices.filter { result.cells[it].collectors.verdict == result.row.verdict }
            .mapNotNull { claims.setting(subject.claim, it) }
        if (!result.row.verdict.isPositive || settings.isEmpty()) return said
        return said + " " + resources.getString(R.string.results_in_settings, format.list(settings))
    }

    /** Why no more can be said, what would decide it, and what is missing; null where nothing is. */
    fun reservation(result: ExperimentResult): String? {
        val undecided = result.cells.map { it.collectors }.filter { it.doubt != null }
        val doubts = undecided.mapNotNull { it.doubt }.distinct().map { resources.getString(doubt(it)) }
        val why = if (result.row.verdict == Verdict.UNDECIDED) doubts + listOfNotNull(further(undecided)) else emptyList()
        return (why + listOfNotNull(missing(result.row))).joinToString(" ").ifEmpty { null }
    }

    /** The most that any setting would take. */
    private fun further(undecided: List<Measured>): String? =
        undecided.mapNotNull { it.further }.maxOrNull()?.let { words.count(R.plurals.results_further, it.toLong()) }

    private fun missing(row: ExperimentRow): String? {
        if (row.isComplete) return null
        val id = if (row.ended == null) R.string.results_incomplete else R.string.results_ended
        return resources.getString(id, format.count(row.over.toLong()), format.count(row.trials.toLong()))
    }

    private fun said(verdict: Verdict, claim: ClaimId): Int = when (verdict) {
        Verdict.UPLOADED, Verdict.CONFIRMED -> when (claim) {
            ClaimId.C3 -> R.string.results_uploaded_search
            ClaimId.C6 -> R.string.results_uploaded_music
            else -> R.string.results_uploaded_pages
        }
        Verdict.NOT_UPLOADED -> when (claim) {
            ClaimId.C3 -> R.string.results_not_search
            ClaimId.C6 -> R.string.results_not_music
            else -> R.string.results_not_pages
        }
        Verdict.CONSISTENT_WITH -> R.string.results_more
        Verdict.NOT_SEEN, Verdict.CONTRADICTED -> R.string.results_no_more
        Verdict.UNDECIDED, Verdict.NOT_OBSERVABLE -> R.string.results_open
    }

    private fun doubt(doubt: Doubt): Int = when (doubt) {
        Doubt.TOO_FEW_TRIALS -> R.string.results_few
        Doubt.NOTHING_SENT -> R.string.results_nothing
        Doubt.LUMPS -> R.string.results_lumps
        Doubt.NOISE -> R.string.results_noise
    }

    /** The name of the setting with this number; null where only one was tried. */
    fun setting(result: ExperimentResult, number: Int): String? =
        if (result.cells.size > 1) claims.setting(result.row.subject.claim, number) else null

    /** Whether a setting also sent more to hosts of which nobody knows whose they are. */
    fun hasStrangers(cell: CellResult): Boolean = cell.unknown.verdict.isPositive
}
