package org.telltale.app.vpn

import java.net.InetAddress

/** An address or network with the length of its prefix. */
data class Prefix(val address: InetAddress, val length: Int)

/** What a tunnel is set up with; decided here, carried out by the service. No network is part of it (ADR 0007). */
data class TunnelPlan(
    val addresses: List<Prefix>,
    val routes: List<Prefix>,
    /** Addresses within the tunnel that stand for the network's resolvers. */
    val resolvers: List<InetAddress>,
    /** Packages that stay outside. */
    val outside: Set<String>,
    /** Bytes of the largest packet. */
    val mtu: Int,
) {
    companion object {
        // 198.18.0.0/15 is set aside for tests of devices (RFC 2544), fd00::/8 for local use: no real host is hidden.
        private val ADDRESSES = prefixes("198.18.0.1/32", "fd54:6c74:6c00::1/128")
        internal val RESOLVERS = listOf("198.18.0.53", "fd54:6c74:6c00::53").map(InetAddress::getByName)

        // All but multicast and broadcast: 224.0.0.0/3 and ff00::/8. A relay cannot pass those on, and with no route
        // into the tunnel they go past it as before: players and printers nearby are found.
        private val ONE_TO_ONE = prefixes("0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3") + prefixes(
            "::/1", "8000::/2", "c000::/3", "e000::/4", "f000::/5", "f800::/6", "fc00::/7", "fe00::/8",
        )

        /** The tunnel of the app [own], which stays outside (ADR 0005) with those that are [excluded]. */
        fun of(own: String, excluded: Set<String>, mtu: Int) =
            TunnelPlan(ADDRESSES, ONE_TO_ONE, RESOLVERS, outside = excluded + own, mtu)

        private fun prefixes(vararg texts: String) = texts.map { text ->
            Prefix(InetAddress.getByName(text.substringBefore('/')), text.substringAfter('/').toInt())
        }
    }
}
