package org.telltale.app.vpn

import java.net.Inet4Address
import java.net.InetAddress

/** An address or network with the length of its prefix. */
data class Prefix(val address: InetAddress, val length: Int)

/** What the tunnel is set up with; decided here, carried out by the service. */
data class TunnelPlan(
    val addresses: List<Prefix>,
    val routes: List<Prefix>,
    val resolvers: List<InetAddress>,
    val mtu: Int,
) {
    companion object {
        /** That of Ethernet; a smaller one further on is told to apps by the relay. */
        const val MTU = 1500

        // 198.18.0.0/15 is set aside for tests of devices (RFC 2544), fd00::/8 for local use: no real host is hidden.
        private val ADDRESSES = listOf(prefix("198.18.0.1", 32), prefix("fd54:6c74:6c00::1", 128))
        private val EVERYTHING = listOf(prefix("0.0.0.0", 0), prefix("::", 0))

        /** For a network whose resolvers these are. Those that only make sense on one link are left out. */
        fun over(resolvers: List<InetAddress>) = TunnelPlan(
            addresses = ADDRESSES,
            routes = EVERYTHING,
            resolvers = resolvers.filterNot { it.isLoopbackAddress || it.isLinkLocalAddress }.sortedBy(::family),
            mtu = MTU,
        )

        private fun family(address: InetAddress) = if (address is Inet4Address) 4 else 6

        private fun prefix(address: String, length: Int) = Prefix(InetAddress.getByName(address), length)
    }
}
