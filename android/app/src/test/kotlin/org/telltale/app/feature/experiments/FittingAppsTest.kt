package org.telltale.app.feature.experiments

import android.content.ComponentName
import android.content.Intent
import android.content.IntentFilter
import android.content.pm.ApplicationInfo
import android.content.pm.PackageInfo
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.telltale.app.engine.ClaimId
import org.telltale.app.screens.installBrowsers

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35])
class FittingAppsTest {
    private val app = RuntimeEnvironment.getApplication()
    private val apps = PhoneFittingApps(app.packageManager, app.packageName)

    @Test
    fun `pages are opened in browsers alone, Mi Browser first`() {
        installBrowsers()
        launchable("org.example.notes", "Notes")
        assertEquals(listOf("Mi Browser", "Chrome", "Firefox"), apps.of(ClaimId.C1).map { it.label })
    }

    @Test
    fun `for all else any app may be tried, after those that fit`() {
        installBrowsers()
        launchable("org.example.notes", "Notes")
        launchable("com.miui.player", "Music")
        val those = apps.of(ClaimId.C6)
        assertEquals(listOf("Music", "Notes"), those.map { it.label })
        assertEquals(listOf(true, false), those.map { it.fits })
    }

    @Test
    fun `this app itself is not tried`() {
        launchable(app.packageName, "Telltale")
        assertTrue(apps.of(ClaimId.C11).none { it.packageName == app.packageName })
    }

    private fun launchable(name: String, label: String) {
        val packages = shadowOf(app.packageManager)
        packages.installPackage(PackageInfo().apply {
            packageName = name
            applicationInfo = ApplicationInfo().apply {
                packageName = name
                nonLocalizedLabel = label
            }
        })
        val page = ComponentName(name, "$name.Main")
        packages.addActivityIfNotPresent(page)
        packages.addIntentFilterForActivity(page, IntentFilter(Intent.ACTION_MAIN).apply { addCategory(Intent.CATEGORY_LAUNCHER) })
    }
}
