package org.telltale.app.engine

import java.net.InetAddress

/** What the app asks of the Rust core while it watches. The generated types of the binding stop behind this. */
interface Engine {
    /** Relays what comes from the descriptor [tun], which it owns from now on, and closes. */
    fun start(tun: Int, resolvers: List<InetAddress>)

    /** Look-ups go to these from now on: the phone changed its network. */
    fun setResolvers(resolvers: List<InetAddress>)

    /** Ends all flows; does nothing when none run. */
    fun stop()
}
