package org.telltale.app.feature.app

import android.content.res.Resources
import java.time.Instant
import org.telltale.app.R
import org.telltale.app.engine.HostRow
import org.telltale.app.feature.home.HomeWords
import org.telltale.app.ui.Format
import org.telltale.app.ui.Parties
import org.telltale.app.ui.Words

/** Sentences of the screen of an app. */
class AppWords(private val resources: Resources, private val format: Format) {
    private val words = Words(resources, format)
    private val home = HomeWords(resources, format)

    /** `Reported to Xiaomi, 34 times`. */
    fun sentence(summary: AppSummary): String {
        val row = summary.row
        return when {
            row == null -> resources.getString(R.string.app_silent)
            row.findings == 0L -> resources.getString(R.string.app_clean)
            else -> {
                val parties = format.list(summary.parties.map { Parties.within(it.party, resources) })
                resources.getString(R.string.app_reported, parties, words.count(R.plurals.home_times, row.findings))
            }
        }
    }

    /** `412 connections, sent 12 MB, received 3 MB`. */
    fun totals(summary: AppSummary): String? = summary.row?.run { words.amount(amount) }

    /** What has to be said of whose flows they are; null where it is one app that is there. */
    fun note(summary: AppSummary): String? {
        val owner = summary.owner
        return when {
            owner == null -> resources.getString(R.string.app_unknown_note)
            owner.packages.size > 1 -> resources.getString(R.string.app_shared_note, owner.packages.joinToString("\n"))
            owner.packages.isEmpty() -> resources.getString(R.string.app_no_package_note)
            !summary.face.isInstalled -> resources.getString(R.string.app_gone_note)
            else -> null
        }
    }

    fun group(kind: Kind): String = when (kind) {
        is Kind.Reports -> resources.getString(R.string.app_group_reports, Parties.within(kind.party, resources))
        Kind.Plain -> resources.getString(R.string.app_group_plain)
        Kind.Expected -> resources.getString(R.string.app_group_expected)
        Kind.Unnamed -> resources.getString(R.string.app_group_unnamed)
        Kind.Further -> resources.getString(R.string.app_group_further)
    }

    /** Why the host is flagged, or what it is there for; null where nothing is known. */
    fun reason(host: HostRow): String? = host.finding?.why ?: host.expected?.let(words::category)

    /** Provenance of the name, traffic, first and last seen, each on its own line. */
    fun facts(host: AppHost, now: Instant): String {
        val row = host.row
        val place = host.country?.let(format::country)
        val name = words.provenance(row.provenance)
        val seen = resources.getString(
            R.string.seen_between, format.moment(row.seen.first, now), format.moment(row.seen.last, now),
        )
        return listOf(
            if (place == null) name else resources.getString(R.string.facts_two, name, place),
            if (row.finding == null) words.amount(row.amount) else words.traffic(row.amount),
            seen,
        ).joinToString("\n")
    }

    /** What is known, as plain text to pass on. */
    fun shared(state: AppState): String {
        val summary = state.summary ?: return ""
        val flagged = (state.firstHosts + state.laterHosts).filter { it.row.finding != null }
        val lines = flagged.flatMap { host ->
            val count = words.count(R.plurals.reports, host.row.amount.flows)
            listOf("", resources.getString(R.string.facts_two, host.row.host, count), host.row.finding?.why.orEmpty())
        }
        val head = listOf(
            resources.getString(R.string.facts_two, summary.face.label, home.period(state.period)),
            sentence(summary), totals(summary).orEmpty(),
        )
        return (head + lines + "" + resources.getString(R.string.app_shared_by)).joinToString("\n")
    }
}
