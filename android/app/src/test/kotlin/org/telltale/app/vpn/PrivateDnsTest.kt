package org.telltale.app.vpn

import org.junit.Assert.assertEquals
import org.junit.Test

class PrivateDnsTest {
    @Test
    fun `a named resolver is one, even before it has answered`() {
        assertEquals(PrivateDns.Named("dns.example"), PrivateDns.of(isActive = false, "dns.example"))
        assertEquals(PrivateDns.Named("dns.example"), PrivateDns.of(isActive = true, "dns.example"))
    }

    @Test
    fun `without a name it is the network's, if that has answered`() {
        assertEquals(PrivateDns.Automatic, PrivateDns.of(isActive = true, null))
        assertEquals(PrivateDns.Off, PrivateDns.of(isActive = false, null))
    }
}
