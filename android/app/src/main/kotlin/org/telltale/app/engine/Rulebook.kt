package org.telltale.app.engine

import android.os.ParcelFileDescriptor

/** What a rule does to a flow. */
enum class Effect { FINDING, EXPECTED, PARTY_ONLY, EXCEPTION }

/** A rule with all that is known of it. */
data class Rule(
    val rule: String,
    val party: String?,
    val category: String,
    val tier: Tier,
    val effect: Effect,
    val why: String,
    val citation: String,
)

/** A public source: what it is and where, and its licence or how it was used. */
data class Source(val key: String, val origin: String, val terms: String)

/** A network of a party. Servers of a [isHosting] network are rented out: it says nothing of who uses them. */
data class Network(val asn: Long, val party: String, val isHosting: Boolean, val date: String)

/** What is known of a host or an address: the rule that decides, its network, the sources of both. */
data class Explanation(val rule: Rule?, val overruled: Rule?, val network: Network?, val sources: List<Source>)

/** A line of an own list that is of no use, and why. */
data class ListProblem(val line: Long, val reason: String)

/** What came of reading an own list: [unusable] lines, the first of them in [problems]. */
data class ListReport(
    val list: String,
    val rules: Long,
    val exceptions: Long,
    val unusable: Long,
    val problems: List<ListProblem>,
)

/** The catalogue, and the owner's own lists before it. Calls read files, and throw a [RecordException] on failure. */
interface Rulebook {
    /** What is known of a host or an address. */
    fun explain(subject: String): Explanation

    /** Sources by the keys of a citation. */
    fun sources(citation: String): List<Source>

    /** Names of own lists. */
    fun lists(): List<String>

    /** Keeps a copy of the list in [file], which it closes. A watch that runs goes on with the lists it began with. */
    fun add(name: String, file: ParcelFileDescriptor, replace: Boolean): ListReport

    /** Forgets an own list. */
    fun remove(name: String)
}
