package org.telltale.app.feature.setup

import android.app.ActivityManager
import android.app.NotificationManager
import android.content.Context
import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.net.VpnService
import android.os.Build
import android.os.PowerManager
import android.os.UserManager
import org.telltale.app.TelltaleApplication
import org.telltale.app.vpn.PrivateDns
import org.telltale.app.vpn.UnderlayWatch
import org.telltale.app.vpn.Watch

/** Asks the phone for its [PhoneState]. On the main thread; none of the questions waits for long. */
class PhoneReader(private val context: Context) {
    fun read(): PhoneState {
        val connectivity = service<ConnectivityManager>()
        return PhoneState(
            hasConsent = VpnService.prepare(context) == null,
            hasOtherVpn = !Watch.isOn(context) && hasVpn(connectivity),
            showsNotifications = service<NotificationManager>().areNotificationsEnabled(),
            isOptimised = !service<PowerManager>().isIgnoringBatteryOptimizations(context.packageName),
            isRestricted = isRestricted(),
            isXiaomi = isXiaomi(Build.MANUFACTURER),
            alwaysOn = TelltaleApplication.of(context).alwaysOn,
            privateDns = UnderlayWatch.now(connectivity)?.privateDns ?: PrivateDns.Off,
            hasOtherProfiles = service<UserManager>().userProfiles.size > 1,
        )
    }

    private fun hasVpn(connectivity: ConnectivityManager): Boolean {
        @Suppress("DEPRECATION")
        val networks = connectivity.allNetworks.mapNotNull(connectivity::getNetworkCapabilities)
        return networks.any { it.hasTransport(NetworkCapabilities.TRANSPORT_VPN) }
    }

    private fun isRestricted() =
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.P && service<ActivityManager>().isBackgroundRestricted

    private inline fun <reified T : Any> service(): T = requireNotNull(context.getSystemService(T::class.java))

    companion object {
        /** Makers whose Android is MIUI or HyperOS. */
        internal fun isXiaomi(manufacturer: String) =
            listOf("xiaomi", "redmi", "poco", "blackshark").any { manufacturer.equals(it, ignoreCase = true) }
    }
}
