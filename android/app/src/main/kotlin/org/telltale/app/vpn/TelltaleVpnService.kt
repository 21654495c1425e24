package org.telltale.app.vpn

import android.content.Intent
import android.content.pm.ServiceInfo
import android.net.ConnectivityManager
import android.net.VpnService
import android.os.Build
import android.os.ParcelFileDescriptor
import java.net.InetAddress
import org.telltale.app.R
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.Engine
import org.telltale.app.engine.Retention
import org.telltale.app.engine.StopReason
import org.telltale.app.engine.WatchConfig

/** Sets up the tunnel, and passes its descriptor to the engine. */
class TelltaleVpnService : VpnService() {
    private val engine: Engine? get() = (application as TelltaleApplication).parts?.engine

    override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
        becomeForeground()
        if (watch()) return START_STICKY
        stopSelf()
        return START_NOT_STICKY
    }

    /** Another VPN has taken over, or the owner has withdrawn the permission. */
    override fun onRevoke() {
        stopSelf()
    }

    override fun onDestroy() {
        engine?.stop(StopReason.STOPPED)
        super.onDestroy()
    }

    /** A tunnel that nobody relays would cut the phone off: without an engine there is none. */
    private fun watch(): Boolean {
        val engine = engine ?: return false
        val resolvers = resolvers()
        val tun = establish(TunnelPlan.over(resolvers)) ?: return false
        engine.stop(StopReason.STOPPED)
        engine.start(tun, WatchConfig(emptyList(), resolvers, Retention()))
        return true
    }

    /** Null when the permission is gone. */
    private fun establish(plan: TunnelPlan): ParcelFileDescriptor? {
        val builder = Builder().setSession(getString(R.string.app_name)).setMtu(plan.mtu)
        plan.addresses.forEach { builder.addAddress(it.address, it.length) }
        plan.routes.forEach { builder.addRoute(it.address, it.length) }
        plan.resolvers.forEach { builder.addDnsServer(it) }
        // The relay's own sockets stay outside (ADR 0005).
        builder.addDisallowedApplication(packageName)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) builder.setMetered(false)
        return builder.establish()
    }

    private fun resolvers(): List<InetAddress> {
        val connectivity = requireNotNull(getSystemService(ConnectivityManager::class.java))
        return connectivity.getLinkProperties(connectivity.activeNetwork)?.dnsServers.orEmpty()
    }

    private fun becomeForeground() {
        val notification = WatchNotification(this).build(findings = 0)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE) {
            val type = ServiceInfo.FOREGROUND_SERVICE_TYPE_SYSTEM_EXEMPTED
            startForeground(WatchNotification.ID, notification, type)
        } else {
            startForeground(WatchNotification.ID, notification)
        }
    }
}
