package org.telltale.app.feature.app

import org.telltale.app.engine.HostRow

/** Why hosts stand together. */
sealed interface Kind {
    /** Reports to [party]; null is whoever is behind an own list. */
    data class Reports(val party: String?) : Kind

    /** Named hosts that nothing speaks against. */
    data object Plain : Kind

    /** Services that the user asked for. */
    data object Expected : Kind

    /** Addresses that nobody named. */
    data object Unnamed : Kind

    /** Those of later pages: a list does not change above of where one reads. */
    data object Further : Kind
}

/** Sorts an app's hosts into groups. */
object HostGroups {
    /** [first] are the hosts of the first page, in the record's order; [later] those that were loaded since. */
    fun of(first: List<HostRow>, later: List<HostRow>): List<Pair<Kind, List<HostRow>>> {
        val groups = first.groupBy(::kindOf).toList().sortedBy { (kind, _) -> rank(kind) }
        return if (later.isEmpty()) groups else groups + (Kind.Further to later)
    }

    private fun kindOf(host: HostRow): Kind = when {
        host.finding != null -> Kind.Reports(host.party)
        host.expected != null -> Kind.Expected
        host.provenance == null -> Kind.Unnamed
        else -> Kind.Plain
    }

    /** Reports first, in the order in which the record names their parties: sorting is stable. */
    private fun rank(kind: Kind) = when (kind) {
        is Kind.Reports -> 0
        Kind.Plain -> 1
        Kind.Expected -> 2
        Kind.Unnamed -> 3
        Kind.Further -> 4
    }
}
