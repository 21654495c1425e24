package org.telltale.app.feature.setup

import android.content.Context
import android.content.Intent
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.R
import org.telltale.app.vpn.AlwaysOn
import org.telltale.app.vpn.PrivateDns

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class SetupCheckTest {
    private val context: Context = RuntimeEnvironment.getApplication()
    private val check = SetupCheck(Pages(context))
    private val fine = PhoneState(
        hasConsent = true,
        hasOtherVpn = false,
        showsNotifications = true,
        isOptimised = false,
        isRestricted = false,
        isXiaomi = false,
        alwaysOn = AlwaysOn(isOn = true, blocksWithout = false),
        privateDns = PrivateDns.Off,
        hasOtherProfiles = false,
    )

    @Test
    fun `a phone on which all is well has nothing to do, and hears nothing of what does not concern it`() {
        val items = check.items(fine)
        assertTrue(items.all { it.status == SetupStatus.OK })
        val expected = listOf(
            SetupId.CONSENT, SetupId.NOTIFICATIONS, SetupId.BATTERY, SetupId.ALWAYS_ON, SetupId.PRIVATE_DNS,
        )
        assertEquals(expected, items.map { it.id })
    }

    @Test
    fun `what can be read and is not right asks for action`() {
        assertStatus(SetupStatus.ACTION, SetupId.CONSENT, fine.copy(hasConsent = false))
        assertStatus(SetupStatus.ACTION, SetupId.OTHER_VPN, fine.copy(hasOtherVpn = true))
        assertStatus(SetupStatus.ACTION, SetupId.NOTIFICATIONS, fine.copy(showsNotifications = false))
        assertStatus(SetupStatus.ACTION, SetupId.BATTERY, fine.copy(isOptimised = true))
        assertStatus(SetupStatus.ACTION, SetupId.BACKGROUND, fine.copy(isRestricted = true))
        assertStatus(SetupStatus.ACTION, SetupId.ALWAYS_ON, fine.copy(alwaysOn = AlwaysOn(false, false)))
        assertStatus(SetupStatus.ACTION, SetupId.PRIVATE_DNS, fine.copy(privateDns = PrivateDns.Automatic))
    }

    @Test
    fun `what no app can read is not known, and not claimed to be right`() {
        assertStatus(SetupStatus.UNKNOWN, SetupId.AUTOSTART, fine.copy(isXiaomi = true))
        assertStatus(SetupStatus.UNKNOWN, SetupId.BACKGROUND, fine.copy(isXiaomi = true))
        assertStatus(SetupStatus.UNKNOWN, SetupId.ALWAYS_ON, fine.copy(alwaysOn = null))
        assertStatus(SetupStatus.UNKNOWN, SetupId.PROFILES, fine.copy(hasOtherProfiles = true))
    }

    @Test
    fun `a named resolver is named, and every text has a place for its detail or none`() {
        val item = item(SetupId.PRIVATE_DNS, fine.copy(privateDns = PrivateDns.Named("dns.example")))
        assertTrue(context.getString(item.text, item.detail).contains("dns.example"))
        assertEquals(R.string.setup_private_dns_named, item.text)
    }

    @Test
    fun `a page that this phone does not have is not offered`() {
        assertNull(Pages(context).xiaomiAutostart())
        assertNull(Pages(context).xiaomiBattery())
    }

    @Test
    fun `the question of consent is the system's own`() {
        org.robolectric.shadows.ShadowVpnService.setPrepareResult(Intent("consent"))
        assertNotNull(item(SetupId.CONSENT, fine.copy(hasConsent = false)).page)
    }

    @Test
    fun `Xiaomi's other names are known`() {
        assertTrue(listOf("Xiaomi", "Redmi", "POCO").all(PhoneReader::isXiaomi))
        assertEquals(false, PhoneReader.isXiaomi("Google"))
    }

    private fun assertStatus(expected: SetupStatus, id: SetupId, phone: PhoneState) =
        assertEquals(expected, item(id, phone).status)

    private fun item(id: SetupId, phone: PhoneState) = check.items(phone).single { it.id == id }
}
