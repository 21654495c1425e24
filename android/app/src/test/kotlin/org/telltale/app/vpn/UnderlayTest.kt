package org.telltale.app.vpn

import java.net.InetAddress
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

class UnderlayTest {
    @Test
    fun `a link-local resolver is told with the number of its interface`() {
        assertEquals("fe80:0:0:0:0:0:0:1%7", Underlay.usable(address("fe80::1"), scope = 7)?.hostAddress)
        assertEquals("fe80:0:0:0:0:0:0:1%3", Underlay.usable(address("fe80::1%3"), scope = 7)?.hostAddress)
    }

    @Test
    fun `without its interface it is of no use`() {
        assertNull(Underlay.usable(address("fe80::1"), scope = null))
    }

    @Test
    fun `what the phone runs itself is not the network's`() {
        listOf("127.0.0.53", "::1", "0.0.0.0").forEach { assertNull(Underlay.usable(address(it), scope = 7)) }
    }

    @Test
    fun `others are as they are`() {
        listOf("192.0.2.53", "2001:db8::53").map(::address).forEach { assertEquals(it, Underlay.usable(it, scope = 7)) }
    }

    private fun address(text: String) = InetAddress.getByName(text)
}
