package org.telltale.app.vpn.owner

import java.net.InetAddress
import java.net.InetSocketAddress

/** A table of sockets as the kernel prints it in `/proc/net` (proc_net_tcp.txt of its documentation). */
class SocketTable private constructor(private val rows: List<Row>) {
    private data class Row(val local: InetSocketAddress, val remote: InetSocketAddress, val uid: Int)

    /** The uid of the socket with both addresses. For one that is not connected the [remote] is no address at all. */
    fun uidOf(local: InetSocketAddress, remote: InetSocketAddress): Int? =
        rows.find { matches(it.remote, remote) && (matches(it.local, local) || isUnbound(it.local, local.port)) }?.uid

    // An IPv6 socket that speaks IPv4 as well has no address of IPv6.
    private fun matches(listed: InetSocketAddress, asked: InetSocketAddress) =
        listed == asked || asked.address.isAnyLocalAddress && isUnbound(listed, asked.port)

    private fun isUnbound(listed: InetSocketAddress, port: Int) =
        listed.port == port && listed.address.isAnyLocalAddress

    companion object {
        private const val COLUMNS = 8

        /** Lines that are none of sockets, such as the heading, are left out. */
        fun parse(text: String) = SocketTable(text.lineSequence().mapNotNull(::parseRow).toList())

        private fun parseRow(line: String): Row? {
            val columns = line.trim().split(BLANKS, COLUMNS + 1)
            if (columns.size < COLUMNS) return null
            val local = parseSocket(columns[1]) ?: return null
            val remote = parseSocket(columns[2]) ?: return null
            return columns[7].toIntOrNull()?.let { Row(local, remote, it) }
        }

        private fun parseSocket(text: String): InetSocketAddress? {
            val address = parseAddress(text.substringBefore(':')) ?: return null
            return text.substringAfter(':').toIntOrNull(radix = 16)?.let { InetSocketAddress(address, it) }
        }

        /** Words of four bytes, each in the order of the machine: little-endian on all that runs Android. */
        private fun parseAddress(hex: String): InetAddress? {
            if (hex.length != 8 && hex.length != 32) return null
            val words = hex.chunked(8).map { it.toLongOrNull(radix = 16) ?: return null }
            val bytes = words.flatMap { word -> (0..3).map { (word shr (8 * it)).toByte() } }
            // One of IPv4 that was written as IPv6 comes out as IPv4.
            return InetAddress.getByAddress(bytes.toByteArray())
        }

        private val BLANKS = Regex("\\s+")
    }
}
