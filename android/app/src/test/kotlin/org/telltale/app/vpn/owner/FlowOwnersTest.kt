package org.telltale.app.vpn.owner

import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import org.telltale.app.engine.Endpoint
import org.telltale.app.engine.FlowTuple
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Protocol

class FlowOwnersTest {
    private var now = 0L
    private val asked = mutableListOf<String>()
    private var answers = mapOf<String, Int>()
    private val owners = FlowOwners(
        uids = { question -> question.remote.let { "${it.address.hostAddress}:${it.port}" }.also(asked::add).let(answers::get) },
        packages = { uid -> if (uid == 10123) listOf("org.example.a", "org.example.b") else emptyList() },
        clock = { now },
    )

    @Test
    fun `the exact flow is asked for first`() {
        answers = mapOf(EXACT to 10123)
        assertEquals(Owner(10123, listOf("org.example.a", "org.example.b")), owners.ownerOf(flow()))
        assertEquals(listOf(EXACT), asked)
    }

    @Test
    fun `then without the port, then without the address`() {
        answers = mapOf("0.0.0.0:0" to 1051)
        assertEquals(Owner(1051, emptyList()), owners.ownerOf(flow()))
        assertEquals(listOf(EXACT, "203.0.113.7:0", "0.0.0.0:0"), asked)
    }

    @Test
    fun `in IPv6 nobody is another address`() {
        val questions = FlowOwners.questionsOf(flow(Protocol.UDP, "fd00::1", "2001:db8::1"))
        assertEquals("0:0:0:0:0:0:0:0", questions.last().remote.address.hostAddress)
    }

    @Test
    fun `an answer is remembered for a while`() {
        answers = mapOf(EXACT to 10123)
        owners.ownerOf(flow())
        now = 4_999
        owners.ownerOf(flow())
        assertEquals(1, asked.size)
        now = 5_000
        owners.ownerOf(flow())
        assertEquals(2, asked.size)
    }

    @Test
    fun `what nobody knew is asked again`() {
        assertNull(owners.ownerOf(flow()))
        answers = mapOf(EXACT to 10123)
        assertEquals(10123, owners.ownerOf(flow())?.uid)
    }

    @Test
    fun `only the latest answers are kept`() {
        val memory = ShortMemory<Int, Int>(lifetimeMillis = 10, size = 2) { now }
        (1..3).forEach { number -> memory.get(number) { number } }
        assertEquals(listOf(3, 2, -1), listOf(3, 2, 1).map { number -> memory.get(number) { -1 } })
    }

    @Test
    fun `nobody is asked about a ping`() {
        assertNull(owners.ownerOf(flow(Protocol.ICMP)))
        assertEquals(emptyList<String>(), asked)
    }

    private fun flow(protocol: Protocol = Protocol.UDP, local: String = "198.18.0.1", remote: String = "203.0.113.7") =
        FlowTuple(protocol, Endpoint(local, 40000), Endpoint(remote, 443))

    private companion object {
        const val EXACT = "203.0.113.7:443"
    }
}
