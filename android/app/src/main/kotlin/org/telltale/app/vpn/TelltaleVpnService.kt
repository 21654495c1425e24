package org.telltale.app.vpn

import android.app.Notification
import android.content.Intent
import android.content.pm.PackageManager
import android.content.pm.ServiceInfo
import android.net.ConnectivityManager
import android.net.VpnService
import android.os.Build
import android.os.Handler
import android.os.Looper
import android.os.ParcelFileDescriptor
import org.telltale.app.R
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.StopReason
import org.telltale.app.engine.WatchConfig

/** Sets up the tunnel, passes its descriptor to the engine, and stays in the foreground while that watches. */
class TelltaleVpnService : VpnService() {
    private val main = Handler(Looper.getMainLooper())
    private val app by lazy { TelltaleApplication.of(this) }
    private val notification by lazy { WatchNotification(this) }
    private val tunnel by lazy { Tunnel(app.parts.engine, app.parts.background, ::establish) }

    /** What goes with a running watch. */
    private var attendance: Attendance? = null
    private var today = Today()

    override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
        // Without an intent the system brings it back, which the owner may no longer want.
        val isWanted = intent != null || app.settings.current.wantsWatch
        if (intent?.action == STOP || !isWanted) Watch.stop(this) else begin()
        if (attendance == null) stopSelf()
        return if (attendance == null) START_NOT_STICKY else START_STICKY
    }

    /** Another VPN has taken over, or the owner has withdrawn the permission. Called on any thread. */
    override fun onRevoke() {
        main.post { end(StopReason.REVOKED, Interruption.Revoked) }
    }

    override fun onDestroy() {
        end(StopReason.STOPPED, why = null)
        super.onDestroy()
    }

    /** Opens the tunnel, or another in its place, for what the owner has chosen by now. */
    internal fun open(underlay: Underlay?) {
        val choices = app.settings.current
        val plan = { mtu: Int -> TunnelPlan.of(packageName, choices.excludedApps, mtu) }
        val config = WatchConfig(TunnelPlan.RESOLVERS, underlay?.resolvers.orEmpty(), choices.retention, choices.keepsEvidence)
        tunnel.open(plan, config) { outcome ->
            if (attendance == null) return@open
            outcome.onSuccess { isOpen -> if (!isOpen) end(StopReason.REVOKED, Interruption.Refused) }
            outcome.onFailure { end(StopReason.STOPPED, Interruption.Failed(it.message ?: it.javaClass.simpleName)) }
        }
    }

    /** Says in the foreground what the day has come to. */
    internal fun tell(day: Today) {
        today = day
        notification.update(day)
    }

    internal fun end(reason: StopReason, why: Interruption?) {
        val ending = attendance ?: return
        attendance = null
        ending.close()
        tunnel.close(reason)
        why?.let(InterruptionNotice(this)::show)
        stopForeground(STOP_FOREGROUND_REMOVE)
        stopSelf()
    }

    private fun begin() {
        app.settings.change { it.copy(wantsWatch = true) }
        noteAlwaysOn()
        if (!becomeForeground(notification.build(today)) || attendance != null) return
        InterruptionNotice(this).clear()
        val connectivity = requireNotNull(getSystemService(ConnectivityManager::class.java))
        attendance = Attendance(this, app, connectivity, main)
        attendance?.start()
    }

    /** Only the service is told, and only when it asks. */
    internal fun noteAlwaysOn() {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) app.alwaysOn = AlwaysOn(isAlwaysOn, isLockdownEnabled)
    }

    /** Null when the permission is gone. */
    private fun establish(plan: TunnelPlan): ParcelFileDescriptor? {
        val builder = Builder().setSession(getString(R.string.app_name)).setMtu(plan.mtu)
        plan.addresses.forEach { builder.addAddress(it.address, it.length) }
        plan.routes.forEach { builder.addRoute(it.address, it.length) }
        plan.resolvers.forEach { builder.addDnsServer(it) }
        plan.outside.forEach { leaveOutside(builder, it) }
        // As metered as the network beneath, and no more.
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) builder.setMetered(false)
        return builder.establish()
    }

    private fun leaveOutside(builder: Builder, packageName: String) {
        try {
            builder.addDisallowedApplication(packageName)
        } catch (gone: PackageManager.NameNotFoundException) {
            // Uninstalled since it was chosen. Without the app's own exception there must be no tunnel.
            if (packageName == this.packageName) throw gone
        }
    }

    /** The system may refuse, where the owner has not consented to a VPN, or is not there. */
    private fun becomeForeground(notification: Notification): Boolean = try {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE) {
            val type = ServiceInfo.FOREGROUND_SERVICE_TYPE_SYSTEM_EXEMPTED
            startForeground(WatchNotification.ID, notification, type)
        } else {
            startForeground(WatchNotification.ID, notification)
        }
        true
    } catch (refused: RuntimeException) {
        if (refused !is SecurityException && refused !is IllegalStateException) throw refused
        InterruptionNotice(this).show(Interruption.Refused)
        false
    }

    companion object {
        /** Action of an intent that ends the watch. */
        const val STOP = "org.telltale.app.action.STOP"
    }
}
