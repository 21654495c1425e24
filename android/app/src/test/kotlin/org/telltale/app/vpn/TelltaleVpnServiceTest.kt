package org.telltale.app.vpn

import android.app.NotificationManager
import android.content.Context
import android.content.Intent
import android.net.ConnectivityManager
import android.net.LinkProperties
import android.net.Network
import android.os.Looper
import java.net.InetAddress
import java.time.Instant
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowNetwork
import org.robolectric.shadows.ShadowVpnService
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Gap
import org.telltale.app.engine.GapReason
import org.telltale.app.engine.Phase

@RunWith(RobolectricTestRunner::class)
@Config(shadows = [ShadowTunnelBuilder::class])
class TelltaleVpnServiceTest {
    private val app = RuntimeEnvironment.getApplication() as TelltaleApplication
    private val engine = FakeEngine()
    private val records = FakeRecords()
    private val controller = Robolectric.buildService(TelltaleVpnService::class.java)
    private val service: TelltaleVpnService get() = controller.get()

    @Before
    fun prepare() {
        ShadowTunnelBuilder.reset()
        ShadowVpnService.setPrepareResult(null)
        app.parts = fakeParts(engine, records)
    }

    @Test
    fun `hands a tunnel to the engine and stays in the foreground`() {
        start()
        assertEquals(listOf("start"), engine.calls.filterNot { it.startsWith("network") })
        assertEquals(TunnelPlan.RESOLVERS, engine.configs.single().tunnelResolvers)
        assertNotNull(shadowOf(service).lastForegroundNotification)
        assertTrue("outside org.telltale.app" in ShadowTunnelBuilder.steps)
        assertTrue(app.settings.current.wantsWatch)
    }

    @Test
    fun `a second start changes nothing`() {
        start()
        start()
        assertEquals(1, ShadowTunnelBuilder.established)
    }

    @Test
    fun `without consent there is no watch, and the owner is told`() {
        ShadowTunnelBuilder.hasConsent = false
        start()
        assertFalse("start" in engine.calls)
        assertTrue(shadowOf(service).isStoppedBySelf)
        assertEquals("Telltale is not watching", notice())
    }

    @Test
    fun `the notification stops it`() {
        start()
        service.onStartCommand(Intent(TelltaleVpnService.STOP), 0, 2)
        assertEquals("stop STOPPED", engine.calls.last())
        assertTrue(shadowOf(service).isStoppedBySelf)
        assertFalse(app.settings.current.wantsWatch)
        assertNull(notice())
    }

    @Test
    fun `whoever switches it off anywhere stops it`() {
        start()
        Watch.stop(app)
        assertEquals("stop STOPPED", engine.calls.last())
    }

    @Test
    fun `another VPN revokes it, and the owner is told`() {
        start()
        service.onRevoke()
        idle()
        assertEquals("stop REVOKED", engine.calls.last())
        assertEquals("Telltale is not watching", notice())
        assertTrue("it is still wanted", app.settings.current.wantsWatch)
    }

    @Test
    fun `the system brings it back without an intent, if it is wanted`() {
        service.onStartCommand(null, 0, 1)
        assertTrue(shadowOf(service).isStoppedBySelf)
        assertEquals(0, ShadowTunnelBuilder.established)
        app.settings.change { it.copy(wantsWatch = true) }
        service.onStartCommand(null, 0, 2)
        assertEquals(1, ShadowTunnelBuilder.established)
    }

    @Test
    fun `a kill is told when it is over`() {
        val now = app.parts.clock.instant()
        records.gaps = listOf(Gap(now.minusSeconds(3600), now, GapReason.KILLED, lost = 0))
        start()
        assertEquals("Telltale was not watching", notice())
    }

    @Test
    fun `an engine that gives up ends the watch, and says why`() {
        start()
        engine.become(EngineState(Phase.FAILED, since = Instant.EPOCH, problem = "no room"))
        idle()
        assertTrue(shadowOf(service).isStoppedBySelf)
        assertEquals("Telltale is not watching", notice())
    }

    @Test
    fun `an app that the owner leaves out is left out at once, one that is gone does no harm`() {
        start()
        ShadowTunnelBuilder.uninstalled = setOf("org.example.gone")
        app.settings.change { it.copy(excludedApps = setOf("org.example.bank", "org.example.gone")) }
        assertEquals(2, ShadowTunnelBuilder.established)
        assertTrue("outside org.example.bank" in ShadowTunnelBuilder.steps)
    }

    @Test
    fun `what is sent unencrypted is kept no longer once its owner says so`() {
        start()
        assertTrue(engine.configs.single().keepsEvidence)
        app.settings.change { it.copy(keepsEvidence = false) }
        assertFalse(engine.configs.last().keepsEvidence)
        assertEquals(2, engine.configs.size)
    }

    @Test
    fun `the screen is marked`() {
        start()
        app.sendBroadcast(Intent(Intent.ACTION_SCREEN_OFF))
        app.sendBroadcast(Intent(Intent.ACTION_SCREEN_ON))
        idle()
        assertEquals(listOf("mark SCREEN_OFF", "mark SCREEN_ON"), engine.calls.filter { it.startsWith("mark") })
    }

    @Test
    fun `another network changes what is behind the resolvers, and not the tunnel`() {
        start()
        val before = engine.calls.count { it.startsWith("network") }
        changeNetwork(ShadowNetwork.newInstance(7), "192.0.2.53", "fe80::1")
        assertEquals("network 192.0.2.53", engine.calls.last { it.startsWith("network") })
        changeNetwork(ShadowNetwork.newInstance(7), "192.0.2.53")
        assertEquals("the same is no news", before + 1, engine.calls.count { it.startsWith("network") })
        assertEquals(1, ShadowTunnelBuilder.established)
    }

    @Test
    fun `nothing is left behind`() {
        start()
        controller.destroy()
        assertEquals("stop STOPPED", engine.calls.last())
        app.sendBroadcast(Intent(Intent.ACTION_SCREEN_OFF))
        idle()
        assertEquals("stop STOPPED", engine.calls.last())
    }

    private fun start() {
        service.onStartCommand(Intent(app, TelltaleVpnService::class.java), 0, 1)
        idle()
    }

    private fun changeNetwork(network: Network, vararg resolvers: String) {
        val connectivity = app.getSystemService(ConnectivityManager::class.java)
        val link = LinkProperties()
        link.setDnsServers(resolvers.map(InetAddress::getByName))
        shadowOf(connectivity).networkCallbacks.toList().forEach { it.onLinkPropertiesChanged(network, link) }
        idle()
    }

    private fun idle() = shadowOf(Looper.getMainLooper()).idle()

    private fun notice(): String? {
        val manager = app.getSystemService(Context.NOTIFICATION_SERVICE) as NotificationManager
        val found = shadowOf(manager).getNotification(InterruptionNotice.ID) ?: return null
        return shadowOf(found).contentTitle.toString()
    }
}
