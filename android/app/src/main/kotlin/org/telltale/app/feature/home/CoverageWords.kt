package org.telltale.app.feature.home

import android.content.res.Resources
import java.time.Duration
import java.time.Instant
import org.telltale.app.R
import org.telltale.app.engine.Amount
import org.telltale.app.engine.Coverage
import org.telltale.app.engine.Gap
import org.telltale.app.engine.GapReason
import org.telltale.app.ui.Format

/** A way in which flows came by a name, or why they did not. */
data class CoveragePart(val title: Int, val detail: Int, val amount: Amount)

/** Coverage and gaps in words. */
class CoverageWords(private val resources: Resources, private val format: Format) {
    /** What the flows of [coverage] are made up of; what did not happen is left out. */
    fun parts(coverage: Coverage): List<CoveragePart> = listOf(
        CoveragePart(R.string.coverage_flow, R.string.coverage_flow_detail, coverage.onTheFlow),
        CoveragePart(R.string.coverage_lookup, R.string.coverage_lookup_detail, coverage.byLookUp),
        CoveragePart(R.string.coverage_certificate, R.string.coverage_certificate_detail, coverage.byCertificate),
        CoveragePart(R.string.coverage_encrypted, R.string.coverage_encrypted_detail, coverage.encrypted),
        CoveragePart(R.string.coverage_unnamed, R.string.coverage_unnamed_detail, coverage.unnamed),
        CoveragePart(R.string.coverage_hidden, R.string.coverage_hidden_detail, coverage.hiddenLookUps),
    ).filter { it.amount.flows > 0 }

    /** `1,204 connections · 12 MB`. */
    fun facts(part: CoveragePart): String {
        val flows = part.amount.flows
        val count = flows.coerceAtMost(Int.MAX_VALUE.toLong()).toInt()
        val words = resources.getQuantityString(R.plurals.connections, count, format.count(flows))
        return resources.getString(R.string.facts_two, words, format.bytes(part.amount.bytes))
    }

    /** `12 Nov, 03:10 · 2 hr`. */
    fun time(gap: Gap, now: Instant): String {
        val start = format.moment(gap.start, now)
        val end = gap.end ?: return resources.getString(R.string.gap_open, start)
        return resources.getString(R.string.facts_two, start, format.duration(Duration.between(gap.start, end)))
    }

    fun reason(gap: Gap): String = resources.getString(
        when (gap.reason) {
            GapReason.NOT_RUNNING -> R.string.gap_not_running
            GapReason.KILLED -> R.string.gap_killed
            GapReason.REVOKED -> R.string.gap_revoked
            GapReason.NAMES_HIDDEN -> R.string.gap_names_hidden
            GapReason.EVENTS_LOST -> R.string.gap_events_lost
            GapReason.RECORD_FAILED -> R.string.gap_record_failed
            GapReason.FLOWS_REFUSED -> R.string.gap_flows_refused
            GapReason.SIZE_CAP -> R.string.gap_size_cap
        },
    )
}
