package org.telltale.app.engine

import java.time.Instant

/** What a report is about, and how much of it is told. */
data class ReportOptions(
    /** When it is made. */
    val made: Instant,
    val since: Instant? = null,
    /** With what is personal in unencrypted requests. */
    val isInFull: Boolean = false,
    val facts: List<ReportFact> = emptyList(),
)

/** Something that the record does not know; both are English, as the page is. */
data class ReportFact(val name: String, val value: String)

/** What a report says of itself. */
data class ReportStamp(
    /** SHA-256 of the rows of the record that it was made from. */
    val record: String,
    val apps: Long,
    val flows: Long,
    /** Flows that are findings, and their apps. */
    val findings: Long,
    val appsFlagged: Long,
    /** Unencrypted requests. */
    val requests: Long,
    val experiments: Long,
)
