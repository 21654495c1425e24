package org.telltale.app.vpn.owner

import android.content.Context
import android.net.ConnectivityManager
import android.os.Build
import android.system.OsConstants
import java.io.File
import java.net.InetSocketAddress
import org.telltale.app.engine.Protocol

/** A socket as the system is asked for it. */
data class SocketQuestion(val protocol: Protocol, val local: InetSocketAddress, val remote: InetSocketAddress)

/** Knows the uid of a socket, if there is such a socket. */
fun interface Uids {
    fun uidOf(question: SocketQuestion): Int?

    companion object {
        /** What this version of Android has to ask. */
        fun of(context: Context): Uids {
            // Android 10 closed the tables to apps, and answers the VPN app instead.
            if (Build.VERSION.SDK_INT < Build.VERSION_CODES.Q) return TableUids { File("/proc/net", it).readText() }
            val connectivity = requireNotNull(context.getSystemService(ConnectivityManager::class.java))
            return Uids { question ->
                val protocol = numberOf(question.protocol)
                connectivity.getConnectionOwnerUid(protocol, question.local, question.remote).takeIf(::isKnown)
            }
        }

        // Of sockets that it does not find, or that are none of the tunnel's, the system says -1.
        private fun isKnown(uid: Int) = uid >= 0

        private fun numberOf(protocol: Protocol) = when (protocol) {
            Protocol.TCP -> OsConstants.IPPROTO_TCP
            Protocol.UDP -> OsConstants.IPPROTO_UDP
            Protocol.ICMP -> OsConstants.IPPROTO_ICMP
        }
    }
}

/** Looks the uid up in the kernel's tables; [read] gives the text of the one with a name. */
class TableUids(private val read: (String) -> String) : Uids {
    override fun uidOf(question: SocketQuestion): Int? {
        val tables = tablesOf(question.protocol).map { SocketTable.parse(read(it)) }
        return tables.firstNotNullOfOrNull { it.uidOf(question.local, question.remote) }
    }

    // Java's sockets are IPv6 ones that speak IPv4 as well.
    private fun tablesOf(protocol: Protocol) = when (protocol) {
        Protocol.TCP -> listOf("tcp6", "tcp")
        Protocol.UDP -> listOf("udp6", "udp")
        Protocol.ICMP -> emptyList()
    }
}
