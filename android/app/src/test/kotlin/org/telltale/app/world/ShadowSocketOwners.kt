package org.telltale.app.world

import android.net.ConnectivityManager
import android.os.Build
import java.net.InetSocketAddress
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.shadows.ShadowConnectivityManager
import org.telltale.app.engine.Protocol
import org.telltale.app.vpn.owner.SocketQuestion
import org.telltale.app.vpn.owner.TableUids

/** Says whose a socket is from the kernel's own tables, as Android's network stack asks the kernel itself. */
@Implements(ConnectivityManager::class)
class ShadowSocketOwners : ShadowConnectivityManager() {
    @Implementation(minSdk = Build.VERSION_CODES.Q)
    fun getConnectionOwnerUid(protocol: Int, local: InetSocketAddress, remote: InetSocketAddress): Int {
        val phone = ShadowRealTunnel.phone ?: return NOBODY
        val kind = if (protocol == TCP) Protocol.TCP else Protocol.UDP
        return TableUids(phone::socketTable).uidOf(SocketQuestion(kind, local, remote)) ?: NOBODY
    }

    private companion object {
        const val TCP = 6
        const val NOBODY = -1
    }
}
