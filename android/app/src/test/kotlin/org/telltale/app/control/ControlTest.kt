package org.telltale.app.control

import android.app.NotificationManager
import android.content.ComponentName
import android.content.Intent
import android.content.pm.PackageManager
import android.content.pm.PermissionInfo
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
import org.robolectric.shadows.ShadowVpnService
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Phase
import org.telltale.app.vpn.FakeEngine
import org.telltale.app.vpn.InterruptionNotice
import org.telltale.app.vpn.TelltaleVpnService
import org.telltale.app.vpn.fakeParts

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35])
class ControlTest {
    private val app = RuntimeEnvironment.getApplication() as TelltaleApplication
    private val engine = FakeEngine()

    @Before
    fun prepare() {
        ShadowVpnService.setPrepareResult(null)
        app.parts = fakeParts(engine)
    }

    @Test
    fun `another app starts, marks and stops`() {
        send(Intent(AutomationReceiver.START))
        assertTrue(isServiceStarted())
        send(Intent(AutomationReceiver.MARK).putExtra("text", "opened it").putExtra("app", "org.example"))
        assertEquals("mark NOTE opened it org.example", engine.calls.single())
        send(Intent(AutomationReceiver.STOP))
        assertFalse(app.settings.current.wantsWatch)
    }

    @Test
    fun `a text as long as a book is cut`() {
        send(Intent(AutomationReceiver.MARK).putExtra("text", "x".repeat(100_000)))
        assertEquals("mark NOTE ".length + 200, engine.calls.single().length)
    }

    @Test
    fun `without consent a start is refused, and the owner hears of it`() {
        ShadowVpnService.setPrepareResult(Intent("consent"))
        send(Intent(AutomationReceiver.START))
        assertFalse(isServiceStarted())
        assertNotNull(shadowOf(app.getSystemService(NotificationManager::class.java)).getNotification(InterruptionNotice.ID))
    }

    @Test
    fun `only who has the owner's permission is heard`() {
        val info = app.packageManager.getReceiverInfo(
            ComponentName(app, AutomationReceiver::class.java), PackageManager.GET_META_DATA,
        )
        assertEquals("org.telltale.app.permission.CONTROL", info.permission)
        @Suppress("DEPRECATION")
        val level = app.packageManager.getPermissionInfo(info.permission, 0).protectionLevel
        assertEquals(PermissionInfo.PROTECTION_DANGEROUS, level and PermissionInfo.PROTECTION_MASK_BASE)
    }

    @Test
    fun `after a start of the phone a wanted watch goes on`() {
        BootReceiver().onReceive(app, Intent(Intent.ACTION_BOOT_COMPLETED))
        assertFalse(isServiceStarted())
        app.settings.change { it.copy(wantsWatch = true) }
        BootReceiver().onReceive(app, Intent(Intent.ACTION_BOOT_COMPLETED))
        assertTrue(isServiceStarted())
    }

    @Test
    fun `the switch of widget and shortcut goes both ways`() {
        toggle()
        assertTrue(isServiceStarted() && app.settings.current.wantsWatch)
        engine.become(EngineState(Phase.WATCHING))
        toggle()
        assertFalse(app.settings.current.wantsWatch)
    }

    @Test
    fun `where the system has to ask, the switch opens the app`() {
        ShadowVpnService.setPrepareResult(Intent("consent"))
        assertEquals(app.packageName, toggle().component?.packageName)
        assertNull(shadowOf(app).nextStartedService)
    }

    /** What it opens, or an intent for nothing. */
    private fun toggle(): Intent {
        val intent = Intent(ControlActivity.TOGGLE)
        val activity = Robolectric.buildActivity(ControlActivity::class.java, intent).create().get()
        assertTrue(activity.isFinishing)
        return shadowOf(activity).nextStartedActivity ?: Intent()
    }

    private fun send(intent: Intent) = AutomationReceiver().onReceive(app, intent)

    private fun isServiceStarted() =
        shadowOf(app).nextStartedService?.component?.className == TelltaleVpnService::class.java.name
}
