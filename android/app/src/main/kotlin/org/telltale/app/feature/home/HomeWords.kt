package org.telltale.app.feature.home

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.AppRow
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Live
import org.telltale.app.engine.Phase
import org.telltale.app.ui.Format
import org.telltale.app.ui.Parties
import org.telltale.app.ui.Period
import java.time.Duration
import java.time.Instant

/** Home's sentences. */
class HomeWords(private val resources: Resources, private val format: Format) {
    fun period(period: Period): String = resources.getString(
        when (period) {
            Period.DAY -> R.string.home_today
            Period.WEEK -> R.string.home_week
            Period.MONTH -> R.string.home_month
            Period.ALL -> R.string.home_all_time
        },
    )

    /** `4 apps reported to Xiaomi, 212 times`. */
    fun sentence(summary: Summary): String = when {
        summary.findings > 0 -> reported(summary)
        summary.flows > 0 -> resources.getString(R.string.home_none)
        else -> resources.getString(R.string.home_not_watched)
    }

    private fun reported(summary: Summary): String {
        val parties = format.list(summary.parties.map { Parties.within(it.party, resources) })
        val times = plural(R.plurals.home_times, summary.findings)
        val apps = format.count(summary.apps.toLong())
        return resources.getQuantityString(R.plurals.home_reported, summary.apps, apps, parties, times)
    }

    fun state(engine: EngineState): String = resources.getString(
        when (engine.phase) {
            Phase.OFF -> R.string.home_off
            Phase.STARTING -> R.string.home_starting
            Phase.WATCHING -> R.string.home_watching
            Phase.FAILED -> R.string.home_failed
        },
    )

    fun detail(engine: EngineState, now: Instant): String {
        val since = engine.since
        return when {
            engine.phase == Phase.FAILED -> engine.problem ?: resources.getString(R.string.home_failed_detail)
            engine.phase == Phase.OFF -> resources.getString(R.string.home_off_detail)
            since == null -> resources.getString(R.string.home_starting_detail)
            else -> listOf(
                resources.getString(
                    R.string.home_since, format.moment(since, now), format.duration(Duration.between(since, now)),
                ),
                live(engine.live),
            ).joinToString("\n")
        }
    }

    /** `812 connections · 9.4 MB`. */
    private fun live(live: Live): String =
        resources.getString(R.string.facts_two, plural(R.plurals.connections, live.flows), format.bytes(live.bytes))

    fun coverage(summary: Summary): String = summary.namedShare?.let {
        resources.getString(R.string.home_named, format.share(it))
    } ?: resources.getString(R.string.home_named_none)

    fun gaps(summary: Summary): String {
        if (summary.gaps == 0) return resources.getString(R.string.home_no_gaps)
        val time = format.duration(summary.gapTime)
        return resources.getQuantityString(R.plurals.home_gaps, summary.gaps, format.count(summary.gaps.toLong()), time)
    }

    /** `14 hosts · 1.2 MB`. */
    fun facts(row: AppRow): String =
        resources.getString(R.string.facts_two, plural(R.plurals.hosts, row.hosts), format.bytes(row.amount.bytes))

    /** A row of the list, read out. */
    fun spoken(item: AppItem): String = resources.getString(
        R.string.facts_three, item.face.label, plural(R.plurals.reports, item.row.findings), facts(item.row),
    )

    private fun plural(id: Int, count: Long) =
        resources.getQuantityString(id, count.coerceAtMost(Int.MAX_VALUE.toLong()).toInt(), format.count(count))
}
