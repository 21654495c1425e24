package org.telltale.app.world

import android.net.VpnService
import android.os.ParcelFileDescriptor
import java.net.InetAddress
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.annotation.RealObject

/** Sets tunnels up on a [Phone]: what comes out of [establish] is a real TUN. */
@Implements(VpnService.Builder::class)
class ShadowRealTunnel {
    @RealObject
    private lateinit var builder: VpnService.Builder
    private val shape = TunnelShape()

    @Implementation
    fun addAddress(address: InetAddress, length: Int) = noting { addresses += "${address.hostAddress}/$length" }

    @Implementation
    fun addRoute(address: InetAddress, length: Int) = noting { routes += "${address.hostAddress}/$length" }

    @Implementation
    fun addDnsServer(address: InetAddress) = noting { resolvers += address }

    @Implementation
    fun addDisallowedApplication(name: String) = noting { outside += name }

    @Implementation
    fun setMtu(size: Int) = noting { mtu = size }

    @Implementation
    fun establish(): ParcelFileDescriptor? = phone?.let { KernelDescriptor(it.establish(shape)) }

    private fun noting(what: TunnelShape.() -> Unit): VpnService.Builder {
        shape.what()
        return builder
    }

    companion object {
        /** Whose tunnels they are; without one, nobody consents. */
        var phone: Phone? = null
    }
}
