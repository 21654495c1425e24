package org.telltale.app.vpn

import java.math.BigInteger
import java.net.InetAddress
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

class TunnelPlanTest {
    private val plan = TunnelPlan.of("org.telltale.app", setOf("org.example.bank"), mtu = 1400)

    @Test
    fun `whatever one host sends to one other goes through the tunnel`() {
        listOf("0.0.0.1", "127.255.255.255", "192.168.0.1", "223.255.255.255", "::1", "2001:db8::1", "fd00::1", "fe80::1")
            .forEach { assertTrue(it, routed(it)) }
    }

    @Test
    fun `what is said to many goes past it`() {
        listOf("224.0.0.251", "239.255.255.250", "255.255.255.255", "ff02::fb").forEach { assertFalse(it, routed(it)) }
    }

    @Test
    fun `the tunnel's own resolvers are reached through it, and are not its own addresses`() {
        plan.resolvers.forEach { assertTrue(routed(it.hostAddress.orEmpty())) }
        assertTrue(plan.resolvers.none { it in plan.addresses.map(Prefix::address) })
        assertEquals(listOf(4, 16), plan.resolvers.map { it.address.size })
        assertEquals(listOf(4, 16), plan.addresses.map { it.address.address.size })
    }

    @Test
    fun `the app itself stays outside, and who the owner says`() {
        assertEquals(setOf("org.telltale.app", "org.example.bank"), plan.outside)
    }

    private fun routed(address: String) = plan.routes.any { contains(it, InetAddress.getByName(address)) }

    private fun contains(network: Prefix, address: InetAddress): Boolean {
        if (network.address.address.size != address.address.size) return false
        val rest = address.address.size * 8 - network.length
        return BigInteger(1, network.address.address).shiftRight(rest) == BigInteger(1, address.address).shiftRight(rest)
    }
}
