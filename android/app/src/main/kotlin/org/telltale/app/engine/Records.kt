package org.telltale.app.engine

import android.os.ParcelFileDescriptor
import java.time.Instant

/** What comes first. */
enum class Sort { RECENT, BYTES, FLOWS, FINDINGS, NAME }

/** Rows from [offset], [limit] of them at most. */
data class Page(val offset: Int, val limit: Int)

/** Which rows; by default all. */
data class Query(
    val since: Instant? = null,
    val until: Instant? = null,
    /** The [Owner.key] of an app. */
    val app: String? = null,
    /** A host, or a domain that it is part of. */
    val host: String? = null,
    val party: String? = null,
    /** A part of a host's name. */
    val search: String? = null,
    /** Only findings, or only what is none. */
    val flagged: Boolean? = null,
    val sort: Sort? = null,
)

/** What to forget: by default all. Sums are kept by the hour, so whole hours are forgotten. */
data class Scope(val app: String? = null, val since: Instant? = null, val until: Instant? = null)

/** What a file of flows looks like. */
enum class ExportFormat { CSV, JSON_LINES }

/** The record could not be read or changed; the message is for people. */
class RecordException(message: String, cause: Throwable? = null) : Exception(message, cause)

/**
 * The record, whether it is being written or not. Every call reads a file: ask away from the main thread
 * ([Background]). A record that does not exist yet is empty. Each call throws a [RecordException] when it fails.
 */
interface Records {
    /** Apps, those with the most findings first. */
    fun apps(query: Query, page: Page): List<AppRow>

    /** Hosts, those with findings first. */
    fun hosts(query: Query, page: Page): List<HostRow>

    /** Parties, those with the most findings first. */
    fun parties(query: Query): List<PartyRow>

    /** Single flows, the latest first. */
    fun flows(query: Query, page: Page): List<Flow>

    /** What each app did in each hour, the latest hour first. */
    fun hours(query: Query): List<HourRow>

    /** What was sent in the clear, the latest first; [redacted] without its values, as it may leave the phone. */
    fun evidence(query: Query, page: Page, redacted: Boolean = false): List<Evidence>

    /** Intervals of which the record does not tell everything, the latest first. */
    fun gaps(query: Query): List<Gap>

    /** Marked moments, the latest first. */
    fun marks(query: Query, page: Page): List<Mark>

    /** How much could be told by host. */
    fun coverage(query: Query): Coverage

    fun size(): RecordSize

    /** Writes flows to [file], which it closes; answers with how many there were. */
    fun export(query: Query, format: ExportFormat, file: ParcelFileDescriptor): Long

    /** What the record says of each claim that was made in public; of [query] the times and the app count. */
    fun claims(query: Query): List<Claim>

    /** Writes the record as a page to [file], which it closes; null where nothing is recorded yet. */
    fun report(options: ReportOptions, file: ParcelFileDescriptor): ReportStamp?

    /** Forgets part of the record, for good. */
    fun erase(scope: Scope)
}
