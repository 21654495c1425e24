package org.telltale.app.apps

import android.content.pm.PackageManager

/** Which versions of apps are installed. */
fun interface AppVersions {
    /** Null where it is not installed. It may wait: ask away from the main thread. */
    fun of(packageName: String): String?

    companion object {
        /** As the system knows them. */
        fun installed(manager: PackageManager) = AppVersions { name ->
            try {
                manager.getPackageInfo(name, 0).versionName
            } catch (_: PackageManager.NameNotFoundException) {
                null
            }
        }
    }
}
