package org.telltale.app.apps

import android.content.pm.ApplicationInfo
import android.content.pm.PackageManager
import android.graphics.drawable.Drawable

/** An app that is installed. */
data class InstalledApp(val packageName: String, val label: String, val isSystem: Boolean)

/** What the system knows of apps. Calls may wait. */
interface InstalledApps {
    fun find(packageName: String): InstalledApp?

    fun icon(packageName: String): Drawable?

    /** Sorted; empty for parts of the system that are no apps. */
    fun packagesUnder(uid: Int): List<String>
}

/** Asks the package manager. */
class SystemApps(private val manager: PackageManager) : InstalledApps {
    override fun find(packageName: String): InstalledApp? {
        val info = infoOf(packageName) ?: return null
        return InstalledApp(packageName, manager.getApplicationLabel(info).toString(), isSystem(info))
    }

    override fun icon(packageName: String): Drawable? = infoOf(packageName)?.let(manager::getApplicationIcon)

    override fun packagesUnder(uid: Int): List<String> = try {
        manager.getPackagesForUid(Uid(uid).appItself.value).orEmpty().filterNotNull().sorted()
    } catch (_: SecurityException) {
        // Of another user or profile, whose apps are none of ours.
        emptyList()
    }

    private fun infoOf(packageName: String) = try {
        manager.getApplicationInfo(packageName, 0)
    } catch (_: PackageManager.NameNotFoundException) {
        null
    }

    // One that was updated is still part of the system's image.
    private fun isSystem(info: ApplicationInfo) = info.flags and ApplicationInfo.FLAG_SYSTEM != 0
}
