package org.telltale.app.vpn

import android.net.LinkProperties
import android.net.Network
import java.net.Inet6Address
import java.net.InetAddress
import java.net.NetworkInterface

/** The network that the relay's sockets use: the phone's default one, as it is outside of the tunnel. */
data class Underlay(val network: Network, val resolvers: List<InetAddress>, val privateDns: PrivateDns) {
    private val way get() = network to resolvers

    companion object {
        /** Whether flows and look-ups go the same way by both. */
        internal infix fun Underlay?.leadsLike(other: Underlay?) = this?.way == other?.way

        fun of(network: Network, link: LinkProperties): Underlay {
            val scope = link.interfaceName?.let(::indexOf)
            return Underlay(network, link.dnsServers.mapNotNull { usable(it, scope) }, PrivateDns.of(link))
        }

        /**
         * A link-local address means something on one link only: it is given the number of the interface, [scope], that
         * some versions of Android forget. Loopback is the phone's own.
         */
        internal fun usable(resolver: InetAddress, scope: Int?): InetAddress? = when {
            resolver.isLoopbackAddress || resolver.isAnyLocalAddress -> null
            resolver !is Inet6Address || !resolver.isLinkLocalAddress -> resolver
            resolver.scopeId != 0 -> Inet6Address.getByAddress(null, resolver.address, resolver.scopeId)
            scope != null -> Inet6Address.getByAddress(null, resolver.address, scope)
            else -> null
        }

        private fun indexOf(name: String) = runCatching { NetworkInterface.getByName(name)?.index }.getOrNull()
    }
}
