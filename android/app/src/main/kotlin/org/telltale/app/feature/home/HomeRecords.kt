package org.telltale.app.feature.home

import java.time.Clock
import java.time.Duration
import java.time.Instant
import org.telltale.app.apps.AppDirectory
import org.telltale.app.engine.Gap
import org.telltale.app.engine.HourRow
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records
import org.telltale.app.ui.Bars
import org.telltale.app.ui.Buckets
import org.telltale.app.ui.PageSource
import org.telltale.app.ui.Slice

/** What Home asks of the record. Everything here may wait. */
class HomeRecords(private val records: Records, private val apps: AppDirectory, private val clock: Clock) {
    /** What the period of [filter] comes to. */
    fun summary(filter: HomeFilter): Summary {
        val now = clock.instant()
        val since = filter.period.since(now, clock.zone)
        val hours = records.hours(Query(since = since, flagged = true))
        val buckets = bucketsOf(filter, now, hours)
        val coverage = records.coverage(Query(since = since))
        val gaps = records.gaps(Query(since = since))
        return Summary(
            parties = records.parties(Query(since = since, flagged = true)).filter { it.findings > 0 },
            apps = hours.filter { it.findings > 0 }.distinctBy { it.owner?.key }.size,
            findings = hours.sumOf { it.findings },
            buckets = buckets,
            perBucket = buckets.sum(hours, { it.start }, { it.findings }),
            flows = coverage.all.flows,
            namedShare = coverage.namedShare,
            gaps = gaps.size,
            gapTime = timeOf(gaps, since, now),
            everWatched = coverage.all.flows > 0 || records.apps(Query(), Page(0, 1)).isNotEmpty(),
            now = now,
        )
    }

    /** The apps that [filter] lets through. */
    fun list(filter: HomeFilter): PageSource<AppItem> = AppSource(filter)

    private fun bucketsOf(filter: HomeFilter, now: Instant, hours: List<HourRow>) =
        Buckets.of(filter.period, now, clock.zone, hours.minOfOrNull { it.start })

    private fun timeOf(gaps: List<Gap>, since: Instant?, now: Instant): Duration =
        gaps.fold(Duration.ZERO) { sum, gap ->
            val start = maxOf(gap.start, since ?: gap.start)
            sum + Duration.between(start, gap.end ?: now).coerceAtLeast(Duration.ZERO)
        }

    /** Whether an app is a system app and how it is called the record does not know: rows are sieved here. */
    private inner class AppSource(private val filter: HomeFilter) : PageSource<AppItem> {
        private val wanted = filter.search.trim()

        /** Reports of each app in each interval. */
        private var counts: Map<String?, List<Long>> = emptyMap()
        private var most = 0L
        private var silence = emptyList<Long>()

        /** Whoever talks to a host with what is searched for in its name. */
        private var talkers: Set<String?> = emptySet()

        override fun load(page: Page): Slice<AppItem> {
            val now = clock.instant()
            val since = filter.period.since(now, clock.zone)
            val query = Query(since = since, flagged = true.takeIf { filter.flaggedOnly })
            if (page.offset == 0) {
                countHours(since, now)
                talkers = if (wanted.isEmpty()) emptySet() else talkersTo(wanted, query)
            }
            val found = ArrayList<AppItem>()
            var next: Int? = page.offset
            while (next != null && found.size < page.limit) {
                val rows = records.apps(query, Page(next, page.limit))
                next = (next + rows.size).takeIf { rows.size == page.limit }
                rows.mapTo(found) { AppItem(it, apps.describe(it.owner), barsOf(it.owner?.key)) }
                found.retainAll(::passes)
            }
            return Slice(found, next)
        }

        private fun passes(item: AppItem): Boolean {
            val isOfOrigin = filter.origin == null || (filter.origin == Origin.SYSTEM) == item.face.isSystem
            return isOfOrigin && (isNamed(item) || item.row.owner?.key in talkers)
        }

        private fun isNamed(item: AppItem): Boolean {
            val names = item.row.owner?.packages.orEmpty() + item.face.label
            return names.any { it.contains(wanted, ignoreCase = true) }
        }

        private fun talkersTo(host: String, query: Query): Set<String?> =
            records.apps(query.copy(search = host), Page(0, MOST_APPS)).mapTo(HashSet()) { it.owner?.key }

        private fun countHours(since: Instant?, now: Instant) {
            val rows = records.hours(Query(since = since, flagged = true))
            val buckets = bucketsOf(filter, now, rows)
            val byApp = rows.groupBy { it.owner?.key }
            counts = byApp.mapValues { (_, hours) -> buckets.sum(hours, { it.start }, { it.findings }) }
            most = counts.values.maxOfOrNull { it.max() } ?: 0
            silence = List(buckets.starts.size) { 0L }
        }

        /** On one scale for all apps: a few reports must not look like many. */
        private fun barsOf(key: String?): Bars {
            val values = counts[key] ?: silence
            return Bars(values, values, full = most)
        }
    }

    private companion object {
        /** More than a phone has. */
        const val MOST_APPS = 2_000
    }
}
