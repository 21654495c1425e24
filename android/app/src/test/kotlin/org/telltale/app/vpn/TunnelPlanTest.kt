package org.telltale.app.vpn

import java.net.InetAddress
import org.junit.Assert.assertEquals
import org.junit.Test

class TunnelPlanTest {
    @Test
    fun `everything goes through the tunnel, in both families`() {
        val routes = TunnelPlan.over(emptyList()).routes
        assertEquals(listOf(4, 16), routes.map { it.address.address.size })
        assertEquals(listOf(0, 0), routes.map { it.length })
    }

    @Test
    fun `resolvers that mean something on one link only are left out`() {
        val resolvers = listOf("2001:db8::53", "fe80::1", "127.0.0.53", "192.0.2.53").map(InetAddress::getByName)
        val kept = TunnelPlan.over(resolvers).resolvers
        assertEquals(listOf("192.0.2.53", "2001:db8::53").map(InetAddress::getByName), kept)
    }
}
