package org.telltale.app.vpn

import android.net.ConnectivityManager
import android.net.LinkProperties
import android.net.Network
import android.os.Handler

/**
 * Follows the phone's default network. The app is outside of its own tunnel, so that what is the default to the system
 * is so to the app, on every version of Android. Tells [listener] of each change on the thread of [handler].
 */
class UnderlayWatch(
    private val connectivity: ConnectivityManager,
    handler: Handler,
    private val listener: (Underlay?) -> Unit,
) : ConnectivityManager.NetworkCallback(), AutoCloseable {
    /** The network as it is now. */
    var current: Underlay? = now(connectivity)
        private set

    init {
        connectivity.registerDefaultNetworkCallback(this, handler)
    }

    override fun onLinkPropertiesChanged(network: Network, link: LinkProperties) = change(Underlay.of(network, link))

    override fun onLost(network: Network) {
        if (network == current?.network) change(null)
    }

    override fun close() = connectivity.unregisterNetworkCallback(this)

    private fun change(next: Underlay?) {
        if (next == current) return
        current = next
        listener(next)
    }

    companion object {
        /** The network as it is now, if there is any. */
        fun now(connectivity: ConnectivityManager): Underlay? {
            val network = connectivity.activeNetwork ?: return null
            return connectivity.getLinkProperties(network)?.let { Underlay.of(network, it) }
        }
    }
}
