package org.telltale.app.feature.app

import java.time.Instant
import org.junit.Assert.assertEquals
import org.junit.Test
import org.telltale.app.engine.Amount
import org.telltale.app.engine.Finding
import org.telltale.app.engine.HostRow
import org.telltale.app.engine.Provenance
import org.telltale.app.engine.Seen
import org.telltale.app.engine.Tier

class HostGroupsTest {
    private val tracker = host("tracking.intl.miui.com", party = "xiaomi", isFlagged = true)
    private val umeng = host("alogus.umeng.com", party = "alibaba", isFlagged = true)
    private val ads = host("api.ad.intl.xiaomi.com", party = "xiaomi", isFlagged = true)
    private val account = host("account.xiaomi.com", party = "xiaomi", expected = "account")
    private val plain = host("example.org")
    private val bare = host("192.0.2.7", provenance = null)

    @Test
    fun `reports come first by party, then other names, expected services and addresses`() {
        val groups = HostGroups.of(listOf(tracker, umeng, ads, bare, account, plain), emptyList())
        val wanted = listOf(
            Kind.Reports("xiaomi") to listOf(tracker, ads),
            Kind.Reports("alibaba") to listOf(umeng),
            Kind.Plain to listOf(plain),
            Kind.Expected to listOf(account),
            Kind.Unnamed to listOf(bare),
        )
        assertEquals(wanted, groups)
    }

    @Test
    fun `what is loaded later changes nothing above`() {
        val before = HostGroups.of(listOf(tracker, plain), emptyList())
        val after = HostGroups.of(listOf(tracker, plain), listOf(account, bare))
        assertEquals(before, after.take(2))
        assertEquals(Kind.Further to listOf(account, bare), after.last())
    }

    @Test
    fun `an own list may flag a host of nobody known`() {
        val own = host("ads.example", isFlagged = true)
        assertEquals(listOf(Kind.Reports(null) to listOf(own)), HostGroups.of(listOf(own), emptyList()))
    }

    private fun host(
        name: String,
        party: String? = null,
        isFlagged: Boolean = false,
        expected: String? = null,
        provenance: Provenance? = Provenance.TLS_SNI,
    ) = HostRow(
        name, provenance, party, Finding("rule", "analytics", Tier.A, "why", "V2").takeIf { isFlagged }, expected, 1,
        Amount(1, 2, 3), Seen(Instant.EPOCH, Instant.EPOCH),
    )
}
