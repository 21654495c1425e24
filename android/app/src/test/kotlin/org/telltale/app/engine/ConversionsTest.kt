package org.telltale.app.engine

import java.net.Inet6Address
import java.net.InetAddress
import org.junit.Assert.assertEquals
import org.junit.Test

class ConversionsTest {
    @Test
    fun `both sides have the same names`() {
        assertSameNames<Provenance, org.telltale.core.Provenance>()
        assertSameNames<Tier, org.telltale.core.Tier>()
        assertSameNames<Protocol, org.telltale.core.Protocol>()
        assertSameNames<Close, org.telltale.core.Close>()
        assertSameNames<GapReason, org.telltale.core.GapReason>()
        assertSameNames<MarkKind, org.telltale.core.MarkKind>()
        assertSameNames<Sort, org.telltale.core.Sort>()
        assertSameNames<ExportFormat, org.telltale.core.ExportFormat>()
        assertSameNames<Effect, org.telltale.core.Effect>()
        assertSameNames<Answer, org.telltale.core.Answer>()
        assertSameNames<Grounds, org.telltale.core.Grounds>()
        assertSameNames<StopReason, org.telltale.core.StopReason>()
        assertSameNames<ClaimId, org.telltale.core.Claim>()
        assertSameNames<PlanKind, org.telltale.core.PlanKind>()
        assertSameNames<RunPhase, org.telltale.core.RunPhase>()
        assertSameNames<WaitReason, org.telltale.core.Pause>()
    }

    @Test
    fun `a query without a page asks for all rows`() {
        assertEquals(null, Query().toCore().limit)
        assertEquals(20u to 40u, Query().toCore(Page(40, 20)).let { it.limit to it.offset })
    }

    @Test
    fun `an address is told with the number of its interface`() {
        val onLink = Inet6Address.getByAddress(null, InetAddress.getByName("fe80::1").address, 7)
        assertEquals("fe80:0:0:0:0:0:0:1%7", onLink.toCore())
        assertEquals("192.0.2.1", InetAddress.getByName("192.0.2.1").toCore())
    }

    private inline fun <reified A : Enum<A>, reified B : Enum<B>> assertSameNames() =
        assertEquals(enumValues<A>().map { it.name }.toSet(), enumValues<B>().map { it.name }.toSet())
}
