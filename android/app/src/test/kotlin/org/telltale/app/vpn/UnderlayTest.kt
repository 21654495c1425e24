package org.telltale.app.vpn

import java.net.InetAddress
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowNetwork
import org.telltale.app.vpn.Underlay.Companion.leadsLike

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
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

    @Test
    fun `encryption of look-ups is no other way, resolvers and networks are`() {
        val wifi = underlay(1, "192.0.2.53")
        assertTrue(wifi leadsLike wifi.copy(privateDns = PrivateDns.Automatic))
        assertFalse(wifi leadsLike underlay(1, "192.0.2.54"))
        assertFalse(wifi leadsLike underlay(2, "192.0.2.53"))
        assertFalse(wifi leadsLike null)
        assertTrue(null leadsLike null)
    }

    private fun underlay(number: Int, resolver: String) =
        Underlay(ShadowNetwork.newInstance(number), listOf(address(resolver)), PrivateDns.Off)

    private fun address(text: String) = InetAddress.getByName(text)
}
