package org.telltale.app.vpn

import android.net.VpnService
import android.os.ParcelFileDescriptor
import java.io.File
import java.net.InetAddress
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.annotation.RealObject

/** Establishes tunnels that lead nowhere, as long as there is consent, and remembers how. */
@Implements(VpnService.Builder::class)
class ShadowTunnelBuilder {
    @RealObject
    private lateinit var builder: VpnService.Builder

    @Implementation
    fun addAddress(address: InetAddress, length: Int): VpnService.Builder = noting("address ${address.hostAddress}/$length")

    @Implementation
    fun addRoute(address: InetAddress, length: Int): VpnService.Builder = noting("route ${address.hostAddress}/$length")

    @Implementation
    fun addDnsServer(address: InetAddress): VpnService.Builder = noting("resolver ${address.hostAddress}")

    @Implementation
    fun addDisallowedApplication(name: String): VpnService.Builder {
        if (name in uninstalled) throw android.content.pm.PackageManager.NameNotFoundException(name)
        return noting("outside $name")
    }

    @Implementation
    fun setMtu(mtu: Int): VpnService.Builder = noting("mtu $mtu")

    @Implementation
    fun establish(): ParcelFileDescriptor? {
        if (!hasConsent) return null
        established++
        return ParcelFileDescriptor.open(File.createTempFile("tun", null), ParcelFileDescriptor.MODE_READ_WRITE)
    }

    private fun noting(step: String): VpnService.Builder {
        steps += step
        return builder
    }

    companion object {
        val steps = mutableListOf<String>()
        var uninstalled = emptySet<String>()
        var hasConsent = true
        var established = 0

        fun reset() {
            steps.clear()
            uninstalled = emptySet()
            hasConsent = true
            established = 0
        }
    }
}
