package org.telltale.app.engine

import java.net.Inet6Address
import java.net.InetAddress
import java.time.Duration
import java.time.Instant
import org.telltale.core.Amount as CoreAmount
import org.telltale.core.AppRow as CoreAppRow
import org.telltale.core.ClaimRow as CoreClaimRow
import org.telltale.core.ClaimTrial as CoreClaimTrial
import org.telltale.core.ContentLine as CoreContentLine
import org.telltale.core.Coverage as CoreCoverage
import org.telltale.core.Evidence as CoreEvidence
import org.telltale.core.Explanation as CoreExplanation
import org.telltale.core.Finding as CoreFinding
import org.telltale.core.Flow as CoreFlow
import org.telltale.core.FlowTuple as CoreFlowTuple
import org.telltale.core.Gap as CoreGap
import org.telltale.core.HostRow as CoreHostRow
import org.telltale.core.HourRow as CoreHourRow
import org.telltale.core.Layer as CoreLayer
import org.telltale.core.ListReport as CoreListReport
import org.telltale.core.Mark as CoreMark
import org.telltale.core.Network as CoreNetwork
import org.telltale.core.Owner as CoreOwner
import org.telltale.core.PartyRow as CorePartyRow
import org.telltale.core.Personal as CorePersonal
import org.telltale.core.Query as CoreQuery
import org.telltale.core.RecordSize as CoreRecordSize
import org.telltale.core.ReportFact as CoreReportFact
import org.telltale.core.ReportOptions as CoreReportOptions
import org.telltale.core.ReportStamp as CoreReportStamp
import org.telltale.core.Retention as CoreRetention
import org.telltale.core.RuleRow as CoreRuleRow
import org.telltale.core.Scope as CoreScope
import org.telltale.core.Snapshot as CoreSnapshot
import org.telltale.core.Source as CoreSource

// The app's types from those of the binding, and back. Nothing else in the app knows both.

/** The constant that has the same name on the other side; a test holds the names together. */
internal inline fun <reified T : Enum<T>> Enum<*>.named(): T = enumValueOf<T>(name)

private fun instant(millis: Long): Instant = Instant.ofEpochMilli(millis)

internal fun Query.toCore(page: Page? = null) = CoreQuery(
    since = since?.toEpochMilli(),
    until = until?.toEpochMilli(),
    app = app,
    host = host,
    party = party,
    search = search,
    flagged = flagged,
    limit = page?.limit?.toUInt(),
    offset = page?.offset?.toUInt() ?: 0u,
    sort = sort?.named<org.telltale.core.Sort>(),
)

internal fun Scope.toCore() = CoreScope(app, since?.toEpochMilli(), until?.toEpochMilli())

internal fun Retention.toCore() = CoreRetention(flowDays.toUInt(), findingDays.toUInt(), maxBytes.toULong())

internal fun Owner.toCore() = CoreOwner(uid?.toUInt(), packages, process = null)

/** An address as the core reads it: `fe80::1%3` where it means something on one link only. */
internal fun InetAddress.toCore(): String {
    // Android itself would write the name of the interface: "fe80::1%wlan0".
    val scope = (this as? Inet6Address)?.scopeId ?: 0
    val plain = requireNotNull(InetAddress.getByAddress(address).hostAddress)
    return if (scope == 0) plain else "$plain%$scope"
}

internal fun CoreOwner.toApp() = Owner(uid?.toInt(), packages)

internal fun CoreAmount.toApp() = Amount(flows.toLong(), bytesUp.toLong(), bytesDown.toLong())

internal fun CoreFinding.toApp() = Finding(rule, category, tier.named(), why, citation)

internal fun CoreAppRow.toApp() = AppRow(
    owner = owner?.toApp(),
    amount = amount.toApp(),
    findings = findings.toLong(),
    hosts = hosts.toLong(),
    hostsFlagged = hostsFlagged.toLong(),
    seen = Seen(instant(firstSeen), instant(lastSeen)),
)

internal fun CoreHostRow.toApp() = HostRow(
    host = host,
    provenance = provenance?.named<Provenance>(),
    party = party,
    finding = finding?.toApp(),
    expected = expected,
    apps = apps.toLong(),
    amount = amount.toApp(),
    seen = Seen(instant(firstSeen), instant(lastSeen)),
)

internal fun CoreHourRow.toApp() = HourRow(instant(start), owner?.toApp(), amount.toApp(), findings.toLong())

internal fun CorePartyRow.toApp() =
    PartyRow(party, apps.toLong(), hosts.toLong(), amount.toApp(), findings.toLong())

internal fun CoreFlow.toApp() = Flow(
    id = id.toLong(),
    start = instant(start),
    end = instant(end),
    protocol = protocol.named(),
    remoteAddress = remoteAddress,
    remotePort = remotePort.toInt(),
    owner = owner?.toApp(),
    host = host,
    provenance = provenance?.named<Provenance>(),
    ech = ech,
    candidates = candidates,
    application = application,
    party = party,
    country = country,
    finding = finding?.toApp(),
    expected = expected,
    bytesUp = bytesUp.toLong(),
    bytesDown = bytesDown.toLong(),
    close = close.named(),
)

internal fun CoreEvidence.toApp() = Evidence(
    id = id,
    time = instant(time),
    owner = owner?.toApp(),
    host = host,
    party = party,
    finding = finding?.toApp(),
    format = formatLabel,
    method = method,
    target = target,
    bytes = bytes.toLong(),
    missing = missing.toLong(),
    layers = layers.map { it.toApp() },
    content = content.map { it.toApp() },
    personal = personal.map { it.toApp() },
    notes = notes,
)

private fun CoreLayer.toApp() = Layer(path, name, bytesIn.toLong(), bytesOut.toLong())

private fun CoreContentLine.toApp() = ContentLine(depth.toInt(), name, value, kind)

private fun CorePersonal.toApp(): Personal {
    val (count, first) = requests to since
    val link = if (count == null || first == null) null else Link(count.toLong(), instant(first))
    return Personal(path, kind, label, explanation, value, link)
}

internal fun CoreClaimRow.toApp() = Claim(
    id = claim,
    says = says,
    reported = Statement(reported, reportedIn),
    reply = Statement(reply, repliedIn),
    answer = answer.named(),
    grounds = grounds.named(),
    sentence = sentence,
    traffic = traffic(),
    requests = requests.toLong(),
    trials = trials.map { it.toApp() },
    hosts = ClaimHosts(hostsFor, hostsAgainst, hostsUntold),
    watched = Watched(named, gaps.toLong(), Duration.ofMillis(unseenMs)),
)

private fun CoreClaimRow.traffic(): ClaimTraffic {
    val (first, last) = firstSeen to lastSeen
    val seen = if (first == null || last == null) null else Seen(instant(first), instant(last))
    return ClaimTraffic(apps, flows.toLong(), bytesUp.toLong(), seen)
}

private fun CoreClaimTrial.toApp() = ClaimTrial(id, app, instant(started), isComplete)

internal fun ReportOptions.toCore() = CoreReportOptions(
    made = made.toEpochMilli(),
    since = since?.toEpochMilli(),
    full = isInFull,
    facts = facts.map { CoreReportFact(it.name, it.value) },
)

internal fun CoreReportStamp.toApp() = ReportStamp(
    record = record,
    apps = apps.toLong(),
    flows = flows.toLong(),
    findings = findings.toLong(),
    appsFlagged = appsFlagged.toLong(),
    requests = requests.toLong(),
    experiments = experiments.toLong(),
)

internal fun CoreGap.toApp() = Gap(instant(start), end?.let(::instant), reason.named(), lost.toLong())

internal fun CoreMark.toApp() = Mark(instant(time), kind.named(), text, app)

internal fun CoreCoverage.toApp() = Coverage(
    all = all.toApp(),
    onTheFlow = onTheFlow.toApp(),
    byLookUp = byLookUp.toApp(),
    byCertificate = byCertificate.toApp(),
    encrypted = encrypted.toApp(),
    unnamed = unnamed.toApp(),
    lookUps = lookUps.toApp(),
    hiddenLookUps = hiddenLookUps.toApp(),
)

internal fun CoreRecordSize.toApp() = RecordSize(bytes.toLong(), flows.toLong(), oldest?.let(::instant))

internal fun CoreSnapshot.toApp() = Live(
    runningFlows = runningFlows.toLong(),
    flows = flows.toLong(),
    bytes = bytes.toLong(),
    namedFlows = namedFlows.toLong(),
    lookUps = lookUps.toLong(),
    hiddenLookUps = hiddenLookUps.toLong(),
    findings = findings.toLong(),
)

internal fun CoreRuleRow.toApp() = Rule(rule, party, category, tier.named(), effect.named(), why, citation)

internal fun CoreSource.toApp() = Source(key, origin, terms)

internal fun CoreNetwork.toApp() = Network(asn.toLong(), party, isHosting, date)

internal fun CoreExplanation.toApp() =
    Explanation(rule?.toApp(), overruled?.toApp(), network?.toApp(), sources.map { it.toApp() })

internal fun CoreListReport.toApp() = ListReport(
    list = list,
    rules = rules.toLong(),
    exceptions = exceptions.toLong(),
    unusable = unusable.toLong(),
    problems = problems.map { ListProblem(it.line.toLong(), it.reason) },
)

internal fun CoreFlowTuple.toApp() = FlowTuple(
    protocol = protocol.named(),
    local = Endpoint(localAddress, localPort.toInt()),
    remote = Endpoint(remoteAddress, remotePort.toInt()),
)
