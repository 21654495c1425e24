package org.telltale.app.vpn

import android.os.ParcelFileDescriptor
import org.telltale.app.engine.Background
import org.telltale.app.engine.Engine
import org.telltale.app.engine.StopReason
import org.telltale.app.engine.WatchConfig

/** Sets tunnels up away from the main thread, and hands them to the engine. Whatever was asked for last is done. */
class Tunnel(
    private val engine: Engine,
    private val background: Background,
    private val establish: (TunnelPlan) -> ParcelFileDescriptor?,
) {
    /** Number of the latest wish. */
    private var latest = 0

    /** Has a tunnel set up in place of the one that is there. [answer] hears false where the owner's consent is gone. */
    fun open(plan: (mtu: Int) -> TunnelPlan, config: WatchConfig, answer: (Result<Boolean>) -> Unit) {
        val wish = next()
        background.ask({ open(wish, plan(mtu()), config) }, answer)
    }

    /** Ends the watch; a tunnel that is being set up is thrown away. */
    @Synchronized
    fun close(reason: StopReason) {
        latest++
        engine.stop(reason)
    }

    private fun open(wish: Int, plan: TunnelPlan, config: WatchConfig): Boolean {
        val tun = establish(plan) ?: return false
        hand(wish, tun, config)
        return true
    }

    @Synchronized
    private fun hand(wish: Int, tun: ParcelFileDescriptor, config: WatchConfig) =
        if (wish == latest) engine.start(tun, config) else tun.close()

    @Synchronized
    private fun next() = ++latest

    // An engine without its library says what is wrong when it is started.
    private fun mtu() = runCatching { engine.tunnelMtu }.getOrDefault(ETHERNET)

    private companion object {
        const val ETHERNET = 1500
    }
}
