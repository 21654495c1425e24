package org.telltale.app.vpn

import android.net.LinkProperties
import android.os.Build

/** Whether the phone's look-ups are encrypted, so that names have to be read elsewhere. */
sealed interface PrivateDns {
    /** Look-ups pass in the clear. */
    data object Off : PrivateDns

    /** The network's own resolver offers encryption, and the phone makes use of it. */
    data object Automatic : PrivateDns

    /** The owner has named a resolver. */
    data class Named(val host: String) : PrivateDns

    companion object {
        /** As a network tells it. Before Android 9 there was none. */
        fun of(link: LinkProperties): PrivateDns =
            if (Build.VERSION.SDK_INT < Build.VERSION_CODES.P) Off
            else of(link.isPrivateDnsActive, link.privateDnsServerName)

        internal fun of(isActive: Boolean, host: String?) = when {
            host != null -> Named(host)
            isActive -> Automatic
            else -> Off
        }
    }
}
