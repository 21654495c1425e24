package org.telltale.app.apps

import android.content.Context
import android.content.SharedPreferences

/** Remembers the labels of apps, so that those that were uninstalled keep their names. */
class AppNames(private val preferences: SharedPreferences) {
    fun labelOf(packageName: String): String? = preferences.getString(packageName, null)

    fun remember(app: InstalledApp) {
        if (labelOf(app.packageName) == app.label) return
        preferences.edit().putString(app.packageName, app.label).apply()
    }

    companion object {
        /** Those of this app; the file is read when first asked for. */
        fun of(context: Context) = AppNames(context.getSharedPreferences("app-names", Context.MODE_PRIVATE))
    }
}
