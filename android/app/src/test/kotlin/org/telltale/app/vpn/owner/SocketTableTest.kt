package org.telltale.app.vpn.owner

import java.net.InetSocketAddress
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.telltale.app.engine.Protocol

class SocketTableTest {
    @Test
    fun `a connected socket is found by both addresses`() {
        assertEquals(10123, uidOf(TCP, "198.18.0.1" to 40000, "203.0.113.7" to 443))
        assertNull(uidOf(TCP, "198.18.0.1" to 40000, "203.0.113.8" to 443))
        assertNull(uidOf(TCP, "198.18.0.1" to 40001, "203.0.113.7" to 443))
    }

    @Test
    fun `IPv6 is read word by word`() {
        assertEquals(10077, uidOf(TCP6, "fd54:6c74:6c00::1" to 40000, "2001:db8::7" to 443))
    }

    @Test
    fun `an IPv6 socket that speaks IPv4 is found as such`() {
        assertEquals(10200, uidOf(TCP6, "198.18.0.1" to 40002, "203.0.113.7" to 443))
    }

    @Test
    fun `a socket that is bound to no address is found by its port`() {
        assertEquals(1051, uidOf(UDP, "198.18.0.1" to 5353, "0.0.0.0" to 0))
    }

    @Test
    fun `so is one of IPv6 that is asked for in IPv4`() {
        assertEquals(10300, uidOf(UDP6, "198.18.0.1" to 5353, "0.0.0.0" to 0))
        assertNull(uidOf(UDP6, "198.18.0.1" to 5354, "0.0.0.0" to 0))
        assertNull(uidOf(UDP6, "198.18.0.1" to 5353, "203.0.113.7" to 443))
    }

    @Test
    fun `both tables of a protocol are read, and none for ICMP`() {
        val uids = TableUids { name -> mapOf("udp6" to HEADING, "udp" to UDP).getValue(name) }
        val question = { protocol: Protocol ->
            SocketQuestion(protocol, socket("198.18.0.1" to 5353), socket("0.0.0.0" to 0))
        }
        assertEquals(1051, uids.uidOf(question(Protocol.UDP)))
        assertNull(uids.uidOf(question(Protocol.ICMP)))
    }

    @Test
    fun `what is no socket is left out`() {
        assertNull(uidOf("\n  0: rubbish\n  1: 0:0 0:0 0 0 0 0 0\n", "198.18.0.1" to 1, "0.0.0.0" to 0))
    }

    private fun uidOf(table: String, local: Pair<String, Int>, remote: Pair<String, Int>) =
        SocketTable.parse(table).uidOf(socket(local), socket(remote))

    private fun socket(pair: Pair<String, Int>) = InetSocketAddress(pair.first, pair.second)

    private companion object {
        const val HEADING = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

        const val TCP = HEADING +
            "   0: 010012C6:9C40 077100CB:01BB 01 00000000:00000000 00:00000000 00000000 10123        0 4711 1 0 20 4\n"

        const val TCP6 = HEADING +
            "   0: 746C54FD0000006C0000000001000000:9C40 B80D0120000000000000000007000000:01BB " +
            "01 00000000:00000000 00:00000000 00000000 10077        0 4712 1 0 20 4\n" +
            "   1: 0000000000000000FFFF0000010012C6:9C42 0000000000000000FFFF0000077100CB:01BB " +
            "01 00000000:00000000 00:00000000 00000000 10200        0 4713 1 0 20 4\n"

        const val UDP6 = HEADING +
            "  12: 00000000000000000000000000000000:14E9 00000000000000000000000000000000:0000 " +
            "07 00000000:00000000 00:00000000 00000000 10300        0 4715 2 0 0\n"

        const val UDP = HEADING +
            "  87: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000  1051        0 4714 2 0 0\n"
    }
}
