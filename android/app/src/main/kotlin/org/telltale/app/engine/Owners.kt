package org.telltale.app.engine

/** An address in digits with a port. */
data class Endpoint(val address: String, val port: Int)

/** A flow by its addresses; [local] is the app's side. */
data class FlowTuple(val protocol: Protocol, val local: Endpoint, val remote: Endpoint)

/** Knows whose a flow is. */
fun interface Owners {
    /** The owner, or null if it cannot be told (yet: there is one more try). Asked on a thread that may wait. */
    fun ownerOf(flow: FlowTuple): Owner?
}
