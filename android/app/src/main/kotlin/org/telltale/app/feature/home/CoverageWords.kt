package org.telltale.app.feature.home

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.Amount
import org.telltale.app.engine.Coverage
import org.telltale.app.ui.Format

/** A way in which flows came by a name, or why they did not. */
data class CoveragePart(val title: Int, val detail: Int, val amount: Amount)

/** Coverage in words. */
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
}
