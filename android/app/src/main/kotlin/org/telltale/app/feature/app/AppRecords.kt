package org.telltale.app.feature.app

import java.time.Clock
import org.telltale.app.apps.AppDirectory
import org.telltale.app.engine.AppRow
import org.telltale.app.engine.HostRow
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records
import org.telltale.app.ui.Buckets
import org.telltale.app.ui.EvidenceGlance
import org.telltale.app.ui.PageSource
import org.telltale.app.ui.Pages
import org.telltale.app.ui.Period

/** What the screen of the app with [key] asks of the record. Everything here may wait. */
class AppRecords(
    private val records: Records,
    private val apps: AppDirectory,
    private val permissions: PermissionReader,
    private val clock: Clock,
    private val key: String,
) {
    fun summary(period: Period): AppSummary {
        val now = clock.instant()
        val query = Query(since = period.since(now, clock.zone), app = key)
        val row = if (key.isEmpty()) nobody(query) else records.apps(query, ONE).firstOrNull()
        val owner = (row ?: records.apps(Query(app = key), ONE).firstOrNull())?.owner
        val hours = if (key.isEmpty()) hoursOfNobody(query) else records.hours(query)
        val buckets = Buckets.of(period, now, clock.zone, hours.minOfOrNull { it.start })
        return AppSummary(
            owner = owner,
            face = apps.describe(owner),
            row = row,
            parties = records.parties(query.copy(flagged = true)).filter { it.findings > 0 },
            buckets = buckets,
            flowsPerBucket = buckets.sum(hours, { it.start }, { it.amount.flows }),
            findingsPerBucket = buckets.sum(hours, { it.start }, { it.findings }),
            permissions = permissions.of(owner?.packages.orEmpty()),
            evidence = EvidenceGlance.of(records, Query(app = key)),
            now = now,
        )
    }

    /** What belongs to nobody known has no key to ask for; it stands among the apps. */
    private fun nobody(query: Query): AppRow? {
        var page = Page(0, Pages.SIZE)
        while (true) {
            val rows = records.apps(query.copy(app = null), page)
            rows.find { it.owner == null }?.let { return it }
            if (rows.size < page.limit) return null
            page = page.copy(offset = page.offset + rows.size)
        }
    }

    private fun hoursOfNobody(query: Query) = records.hours(query.copy(app = null)).filter { it.owner == null }

    fun hosts(period: Period): PageSource<AppHost> = PageSource.of { page ->
        val query = Query(since = period.since(clock.instant(), clock.zone), app = key)
        records.hosts(query, page).map { AppHost(it, countryOf(it)) }
    }

    /** Only of hosts that are flagged: it takes a question for each. */
    private fun countryOf(host: HostRow): String? {
        if (host.finding == null) return null
        return records.flows(Query(app = key, host = host.host), ONE).firstOrNull()?.country
    }

    private companion object {
        val ONE = Page(0, 1)
    }
}
