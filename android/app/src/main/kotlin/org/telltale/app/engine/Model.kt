package org.telltale.app.engine

import java.time.Instant

/** Whose flows they are. A shared uid lists every package and picks none. */
data class Owner(val uid: Int?, val packages: List<String>) {
    /** What a [Query] for the flows of this owner asks for. */
    val key: String get() = uid?.toString() ?: packages.firstOrNull().orEmpty()
}

/** Where a name was read; the later ones are weaker. */
enum class Provenance { TLS_SNI, QUIC_SNI, HTTP_HOST, MI_PUSH, DNS, HTTP_DNS, CERTIFICATE }

/** How well a rule is founded: seen in app code or on a device, in a list, in a list by choice, or the owner's own. */
enum class Tier { A, B, C, OWN }

/** Why a flow is flagged: a sentence for a lay person, and the keys of its sources. */
data class Finding(val rule: String, val category: String, val tier: Tier, val why: String, val citation: String)

/** Sums over flows. */
data class Amount(val flows: Long, val bytesUp: Long, val bytesDown: Long) {
    val bytes: Long get() = bytesUp + bytesDown
}

/** The time from the first flow to the last. */
data class Seen(val first: Instant, val last: Instant)

/** An app with what was seen of it; [owner] is null for flows of which it is not known. */
data class AppRow(
    val owner: Owner?,
    val amount: Amount,
    val findings: Long,
    val hosts: Long,
    val hostsFlagged: Long,
    val seen: Seen,
)

/** A host with what was seen of it: its address where [provenance] is null. */
data class HostRow(
    val host: String,
    val provenance: Provenance?,
    val party: String?,
    val finding: Finding?,
    /** The category of a service that its user asked for. */
    val expected: String?,
    val apps: Long,
    val amount: Amount,
    val seen: Seen,
)

/** What one app did in the hour that begins at [start]. */
data class HourRow(val start: Instant, val owner: Owner?, val amount: Amount, val findings: Long)

/** A party with all that went to it; [party] is null for hosts of which nobody knows whose they are. */
data class PartyRow(val party: String?, val apps: Long, val hosts: Long, val amount: Amount, val findings: Long)

/** What a flow is made of. */
enum class Protocol { TCP, UDP, ICMP }

/** How a flow ended; [OPEN] while it runs. */
enum class Close { FIN, RESET, REFUSED, UNREACHABLE, TIMEOUT, IDLE, OPEN }

/** One flow, from its first packet to its end. */
data class Flow(
    val id: Long,
    val start: Instant,
    val end: Instant,
    val protocol: Protocol,
    val remoteAddress: String,
    val remotePort: Int,
    val owner: Owner?,
    val host: String?,
    val provenance: Provenance?,
    /** The name may be an outer one that hides another. */
    val ech: Boolean,
    /** Every name that it may be, where there are several. */
    val candidates: List<String>,
    val application: String?,
    val party: String?,
    /** ISO 3166, where it is known. */
    val country: String?,
    val finding: Finding?,
    val expected: String?,
    val bytesUp: Long,
    val bytesDown: Long,
    val close: Close,
)

/** Why not everything could be seen. */
enum class GapReason {
    NOT_RUNNING, KILLED, REVOKED, NAMES_HIDDEN, EVENTS_LOST, RECORD_FAILED, FLOWS_REFUSED, SIZE_CAP
}

/** An interval of which the record does not tell everything; [end] is null while it lasts. */
data class Gap(val start: Instant, val end: Instant?, val reason: GapReason, val lost: Long)

/** What kind of moment was marked. */
enum class MarkKind { NOTE, SCREEN_ON, SCREEN_OFF, NETWORK }

/** A marked moment, with what was said of it and the package that it is about. */
data class Mark(val time: Instant, val kind: MarkKind, val text: String?, val app: String?)

/** How flows came by their names. Look-ups stand apart. */
data class Coverage(
    val all: Amount,
    val onTheFlow: Amount,
    val byLookUp: Amount,
    val byCertificate: Amount,
    /** Not named, because the name is encrypted. */
    val encrypted: Amount,
    val unnamed: Amount,
    val lookUps: Amount,
    val hiddenLookUps: Amount,
) {
    /** Share of flows of which the host could be told, from 0 to 1; null when there were none. */
    val namedShare: Double?
        get() = (all.flows - encrypted.flows - unnamed.flows).toDouble().div(all.flows).takeIf { all.flows > 0 }
}

/** What the record takes, how many single flows it holds, and when the oldest of them began. */
data class RecordSize(val bytes: Long, val flows: Long, val oldest: Instant?)
