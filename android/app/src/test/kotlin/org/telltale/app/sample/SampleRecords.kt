package org.telltale.app.sample

import android.os.ParcelFileDescriptor
import java.time.temporal.ChronoUnit
import org.telltale.app.engine.Amount
import org.telltale.app.engine.AppRow
import org.telltale.app.engine.Claim
import org.telltale.app.engine.Coverage
import org.telltale.app.engine.Evidence
import org.telltale.app.engine.ExportFormat
import org.telltale.app.engine.Flow
import org.telltale.app.engine.Gap
import org.telltale.app.engine.HostRow
import org.telltale.app.engine.HourRow
import org.telltale.app.engine.Mark
import org.telltale.app.engine.Page
import org.telltale.app.engine.PartyRow
import org.telltale.app.engine.Provenance
import org.telltale.app.engine.Query
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.RecordSize
import org.telltale.app.engine.Records
import org.telltale.app.engine.ReportOptions
import org.telltale.app.engine.ReportStamp
import org.telltale.app.engine.Scope
import org.telltale.app.engine.Seen

/** A record in memory that answers as the one of the core does. */
class SampleRecords(
    private val all: List<Flow>,
    private val gaps: List<Gap> = emptyList(),
    private val marks: List<Mark> = emptyList(),
    private val evidence: List<Evidence> = emptyList(),
    private val claims: List<Claim> = emptyList(),
) : Records {
    /** What every call fails with; null when none does. */
    var failure: RecordException? = null

    override fun apps(query: Query, page: Page): List<AppRow> = select(query).groupBy { it.owner }
        .map { (owner, flows) ->
            val hosts = flows.groupBy(::hostOf)
            val flagged = hosts.count { (_, those) -> those.any { it.finding != null } }
            AppRow(owner, amount(flows), findings(flows), hosts.size.toLong(), flagged.toLong(), seen(flows))
        }
        .sortedWith(compareByDescending<AppRow> { it.findings }.thenByDescending { it.amount.flows }).cut(page)

    override fun hosts(query: Query, page: Page): List<HostRow> = select(query).groupBy(::hostOf)
        .map { (host, flows) ->
            val one = flows.first()
            val apps = flows.distinctBy { it.owner }.size.toLong()
            HostRow(host, one.provenance, one.party, one.finding, one.expected, apps, amount(flows), seen(flows))
        }
        .sortedWith(compareByDescending<HostRow> { it.finding != null }.thenByDescending { it.amount.flows }).cut(page)

    override fun parties(query: Query): List<PartyRow> = select(query).groupBy { it.party }
        .map { (party, flows) ->
            val apps = flows.distinctBy { it.owner }.size.toLong()
            val hosts = flows.distinctBy(::hostOf).size.toLong()
            PartyRow(party, apps, hosts, amount(flows), findings(flows))
        }
        .sortedByDescending { it.findings }

    override fun flows(query: Query, page: Page): List<Flow> = select(query).sortedByDescending { it.start }.cut(page)

    override fun hours(query: Query): List<HourRow> = select(query)
        .groupBy { it.start.truncatedTo(ChronoUnit.HOURS) to it.owner }
        .map { (key, flows) -> HourRow(key.first, key.second, amount(flows), findings(flows)) }
        .sortedByDescending { it.start }

    override fun gaps(query: Query): List<Gap> = select(query).let { gaps }.filter { gap ->
        (query.since == null || (gap.end ?: query.since!!) >= query.since) &&
            (query.until == null || gap.start < query.until)
    }

    override fun marks(query: Query, page: Page): List<Mark> =
        select(query).let { marks }.filter { query.since == null || it.time >= query.since }.cut(page)

    override fun evidence(query: Query, page: Page, redacted: Boolean): List<Evidence> = select(query).let { evidence }
        .filter { it matches query }.sortedByDescending { it.time }.cut(page)
        .map { if (redacted) redacted(it) else it }

    override fun coverage(query: Query): Coverage {
        val flows = select(query)
        fun named(vararg by: Provenance) = amount(flows.filter { it.provenance in by && !it.ech })
        return Coverage(
            all = amount(flows),
            onTheFlow = named(Provenance.TLS_SNI, Provenance.QUIC_SNI, Provenance.HTTP_HOST, Provenance.MI_PUSH),
            byLookUp = named(Provenance.DNS, Provenance.HTTP_DNS),
            byCertificate = named(Provenance.CERTIFICATE),
            encrypted = amount(flows.filter { it.ech }),
            unnamed = amount(flows.filter { it.host == null }),
            lookUps = Amount(flows.size / 3L, flows.size * 40L, flows.size * 90L),
            hiddenLookUps = Amount(0, 0, 0),
        )
    }

    override fun size(): RecordSize = RecordSize(all.size * 310L, all.size.toLong(), all.minOfOrNull { it.start })

    override fun export(query: Query, format: ExportFormat, file: ParcelFileDescriptor): Long =
        file.use { select(query).size.toLong() }

    override fun claims(query: Query): List<Claim> = select(query).let { claims }

    /** A page that says what was asked for. */
    override fun report(options: ReportOptions, file: ParcelFileDescriptor): ReportStamp? = file.use {
        val flows = select(Query(since = options.since))
        ParcelFileDescriptor.AutoCloseOutputStream(it).use { page -> page.write("<html>$options</html>".toByteArray()) }
        val flagged = flows.filter { flow -> flow.finding != null }
        val apps = flows.distinctBy { flow -> flow.owner }.size.toLong()
        val reporting = flagged.distinctBy { flow -> flow.owner }.size.toLong()
        ReportStamp("00", apps, flows.size.toLong(), flagged.size.toLong(), reporting, evidence.size.toLong(), 0)
            .takeIf { flows.isNotEmpty() }
    }

    override fun erase(scope: Scope) = Unit

    private fun select(query: Query): List<Flow> {
        failure?.let { throw it }
        return all.filter { it matches query }
    }

    private infix fun Flow.matches(query: Query): Boolean = listOf(
        query.since == null || start >= query.since,
        query.until == null || start < query.until,
        query.app == null || owner?.key == query.app || query.app in owner?.packages.orEmpty(),
        query.host == null || hostOf(this) == query.host || hostOf(this).endsWith(".${query.host}"),
        query.party == null || party == query.party,
        query.search == null || query.search.orEmpty() in hostOf(this),
        query.flagged == null || (finding != null) == query.flagged,
    ).all { it }

    private infix fun Evidence.matches(query: Query): Boolean = listOf(
        query.since == null || time >= query.since,
        query.until == null || time < query.until,
        query.app == null || owner?.key.orEmpty() == query.app,
        query.host == null || host == query.host,
    ).all { it }

    private fun redacted(evidence: Evidence) = evidence.copy(
        content = evidence.content.map { line -> line.copy(value = line.value?.let { "…" }) },
        personal = evidence.personal.map { it.copy(value = "…") },
    )

    private fun hostOf(flow: Flow) = flow.host ?: flow.remoteAddress

    private fun amount(flows: List<Flow>) =
        Amount(flows.size.toLong(), flows.sumOf { it.bytesUp }, flows.sumOf { it.bytesDown })

    private fun findings(flows: List<Flow>) = flows.count { it.finding != null }.toLong()

    private fun seen(flows: List<Flow>) = Seen(flows.minOf { it.start }, flows.maxOf { it.end })

    private fun <T> List<T>.cut(page: Page) = drop(page.offset).take(page.limit)
}
