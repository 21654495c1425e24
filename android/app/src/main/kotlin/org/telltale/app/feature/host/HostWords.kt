package org.telltale.app.feature.host

import android.content.res.Resources
import java.time.Duration
import java.time.Instant
import org.telltale.app.R
import org.telltale.app.engine.Amount
import org.telltale.app.engine.AppRow
import org.telltale.app.engine.Close
import org.telltale.app.engine.Flow
import org.telltale.app.engine.HostRow
import org.telltale.app.ui.Format
import org.telltale.app.ui.Words

/** Sentences of the screen of a host. */
class HostWords(private val resources: Resources, private val format: Format) {
    private val words = Words(resources, format)

    /** What it is there for, or that nothing speaks against it. */
    fun purpose(summary: HostSummary): String {
        val row = summary.row
        val category = row?.finding?.category ?: row?.expected ?: summary.explanation.rule?.category
        return category?.let(words::category) ?: resources.getString(R.string.host_plain)
    }

    /** Why it is held for that. */
    fun reason(summary: HostSummary): String {
        val why = summary.row?.finding?.why ?: summary.explanation.rule?.why.orEmpty()
        return when {
            why.isNotEmpty() -> why
            summary.row?.expected != null -> resources.getString(R.string.host_expected)
            else -> resources.getString(R.string.host_nothing_known)
        }
    }

    /** How its name was read, and since when it is known. */
    fun facts(row: HostRow, now: Instant): String = listOf(
        words.provenance(row.provenance),
        words.amount(row.amount),
        resources.getString(R.string.host_seen, format.moment(row.seen.first, now), format.moment(row.seen.last, now)),
    ).joinToString("\n")

    fun app(row: AppRow): String = words.amount(row.amount)

    /** How a flow ended, and how long it took. */
    fun end(flow: Flow): String {
        if (flow.close == Close.OPEN) return words.close(flow.close)
        val length = format.length(Duration.between(flow.start, flow.end))
        return resources.getString(R.string.facts_two, words.close(flow.close), length)
    }

    /** Traffic of a flow, and what has to be said of its name. */
    fun details(flow: Flow): String {
        val traffic = words.traffic(Amount(1, flow.bytesUp, flow.bytesDown))
        val name = when {
            flow.ech -> resources.getString(R.string.host_ech)
            flow.candidates.size > 1 -> resources.getString(R.string.host_candidates, format.list(flow.candidates))
            else -> null
        }
        return listOfNotNull(traffic, name).joinToString("\n")
    }
}
