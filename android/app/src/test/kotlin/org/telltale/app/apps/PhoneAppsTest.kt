package org.telltale.app.apps

import android.graphics.drawable.Drawable
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.engine.Owner
import org.telltale.app.settings.MemoryPreferences

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class PhoneAppsTest {
    private val installed = mutableMapOf<String, InstalledApp>()
    private val system = object : InstalledApps {
        override fun find(packageName: String) = installed[packageName]

        override fun icon(packageName: String): Drawable? = null

        override fun packagesUnder(uid: Int) = emptyList<String>()
    }
    private val apps = PhoneApps(system, AppNames(MemoryPreferences()), RuntimeEnvironment.getApplication().resources)

    @Test
    fun `an app has its label`() {
        install("org.example.shop", "Shop", isSystem = false)
        val face = describe(10123, "org.example.shop")
        assertEquals("Shop", face.label)
        assertTrue(face.isInstalled && !face.isSystem)
    }

    @Test
    fun `an app that was uninstalled keeps its name`() {
        install("org.example.shop", "Shop", isSystem = false)
        describe(10123, "org.example.shop")
        installed.clear()
        apps.forget()
        val face = describe(10123, "org.example.shop")
        assertEquals("Shop", face.label)
        assertFalse(face.isInstalled)
    }

    @Test
    fun `one that was never seen installed goes by its package`() {
        assertEquals("org.example.gone", describe(10124, "org.example.gone").label)
    }

    @Test
    fun `of apps that share an identity none is picked`() {
        install("com.miui.a", "Weather", isSystem = true)
        install("com.miui.b", "Calendar", isSystem = true)
        val face = describe(10050, "com.miui.a", "com.miui.b")
        assertEquals("2 apps that share an identity", face.label)
        assertTrue(face.isSystem)
    }

    @Test
    fun `parts of the system have names, in every profile`() {
        assertEquals("DNS resolver of Android", describe(1051).label)
        assertEquals("DNS resolver of Android", describe(1_001_051).label)
        assertEquals("Android system", describe(1000, "android", "com.miui.daemon").label)
        assertEquals("Android kernel and root", describe(0).label)
        assertEquals("Part of the system (number 1087)", describe(1087).label)
        assertTrue(describe(1051).isSystem)
    }

    @Test
    fun `whose an isolated process is, nobody knows`() {
        assertEquals("Isolated process of an app", describe(99_001).label)
        assertFalse(describe(99_001).isSystem)
    }

    @Test
    fun `flows of nobody known have a face too`() {
        val face = apps.describe(null)
        assertEquals("Unknown app", face.label)
        assertNull(face.icon)
    }

    @Test
    fun `a privacy sandbox is its app's`() {
        assertEquals(Uid(10_123), Uid(20_123).appItself)
        assertEquals(Uid(1_010_123), Uid(1_010_123).appItself)
        assertEquals(10, Uid(1_010_123).user)
    }

    private fun describe(uid: Int, vararg packages: String) = apps.describe(Owner(uid, packages.toList()))

    private fun install(packageName: String, label: String, isSystem: Boolean) {
        installed[packageName] = InstalledApp(packageName, label, isSystem)
    }
}
