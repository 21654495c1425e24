package org.telltale.app.vpn.owner

import java.net.InetAddress
import java.net.InetSocketAddress
import org.telltale.app.engine.FlowTuple
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Owners
import org.telltale.app.engine.Protocol

/** The packages that run under a uid, sorted; empty for those of the system that are no apps. */
fun interface Packages {
    fun under(uid: Int): List<String>
}

/**
 * Asks the system whose a flow is, and remembers for a while. [met] hears of each owner now and then; an app waits for
 * its connection meanwhile. For one thread.
 */
class FlowOwners(
    private val uids: Uids,
    private val packages: Packages,
    private val clock: () -> Long,
    private val met: (Owner) -> Unit = {},
) : Owners {
    // Ports are used again within a minute or so, packages come and go with an installation.
    private val known = ShortMemory<FlowTuple, Int>(lifetimeMillis = 5_000, size = 512, clock)
    private val owners = ShortMemory<Int, Owner>(lifetimeMillis = 60_000, size = 512, clock)

    override fun ownerOf(flow: FlowTuple): Owner? {
        // The system knows nobody's ICMP sockets.
        if (flow.protocol == Protocol.ICMP) return null
        val uid = known.get(flow) { questionsOf(flow).firstNotNullOfOrNull(uids::uidOf) } ?: return null
        return owners.get(uid) { Owner(uid, packages.under(uid)).also(met) }
    }

    companion object {
        /**
         * What to ask, one after the other: the flow itself; then, for a socket that was never connected, without the
         * remote port, and without the remote address.
         */
        internal fun questionsOf(flow: FlowTuple): List<SocketQuestion> {
            val local = InetSocketAddress(InetAddress.getByName(flow.local.address), flow.local.port)
            val remote = InetAddress.getByName(flow.remote.address)
            val nobody = InetAddress.getByAddress(ByteArray(remote.address.size))
            return listOf(
                InetSocketAddress(remote, flow.remote.port),
                InetSocketAddress(remote, 0),
                InetSocketAddress(nobody, 0),
            ).map { SocketQuestion(flow.protocol, local, it) }
        }
    }
}
