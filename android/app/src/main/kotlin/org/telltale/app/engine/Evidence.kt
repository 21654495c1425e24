package org.telltale.app.engine

import java.time.Instant

/** A request that passed in the clear, and what it says. */
data class Evidence(
    val id: Long,
    val time: Instant,
    val owner: Owner?,
    val host: String,
    val party: String?,
    val finding: Finding?,
    /** The English name of what it is, such as `Sensors Analytics upload`. */
    val format: String,
    val method: String,
    /** Path and query. */
    val target: String,
    /** Bytes of its body, and how many of them were not kept. */
    val bytes: Long,
    val missing: Long,
    val layers: List<Layer>,
    /** The decoded tree, line by line. */
    val content: List<ContentLine>,
    val personal: List<Personal>,
    /** What could not be read, is not whole, or was checked: English sentences. */
    val notes: List<String>,
)

/** A coding that was undone around [path]; that is empty where it is all there is. */
data class Layer(val path: String, val name: String, val bytesIn: Long, val bytesOut: Long)

/** A line of the decoded tree. [value] is null of what has entries, which follow one step further in. */
data class ContentLine(
    /** Steps from the margin. */
    val depth: Int,
    val name: String,
    val value: String?,
    /** The word of what it says of a person or device. */
    val kind: String?,
)

/** Something that a request says of a person or device. */
data class Personal(
    val path: String,
    /** A word such as `visited-address`, its English name, and what it tells in an English sentence. */
    val kind: String,
    val label: String,
    val explanation: String,
    val value: String,
    /** Where else an identifier was seen. */
    val link: Link?,
)

/** How many requests carry the same identifier, and since when. */
data class Link(val requests: Long, val since: Instant)
