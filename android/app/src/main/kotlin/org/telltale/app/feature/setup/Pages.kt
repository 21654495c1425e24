package org.telltale.app.feature.setup

import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.net.VpnService
import android.provider.Settings

/** Pages of the system where the owner changes things. Each is null where this phone does not have it. */
class Pages(private val context: Context) {
    /** The system's question whether the app may set up a VPN. To be started for a result. */
    fun consent(): Intent? = VpnService.prepare(context)

    fun vpns(): Intent? = there(Intent(Settings.ACTION_VPN_SETTINGS))

    fun notifications(): Intent? =
        there(Intent(Settings.ACTION_APP_NOTIFICATION_SETTINGS).putExtra(Settings.EXTRA_APP_PACKAGE, context.packageName))

    /** The list of apps: asking for this app alone would take a permission, only to save one tap. */
    fun battery(): Intent? = there(Intent(Settings.ACTION_IGNORE_BATTERY_OPTIMIZATION_SETTINGS)) ?: app()

    /** Private DNS has no page of its own that can be opened. */
    fun network(): Intent? = there(Intent(Settings.ACTION_WIRELESS_SETTINGS))

    /** What the system knows of this app. */
    fun app(): Intent? = there(
        Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", context.packageName, null)),
    )

    /** Where MIUI and HyperOS keep the list of apps that may start by themselves. */
    fun xiaomiAutostart(): Intent? =
        there(component("com.miui.securitycenter", "com.miui.permcenter.autostart.AutoStartManagementActivity"))

    /** Where they keep what this app may use of the battery. */
    fun xiaomiBattery(): Intent? {
        val page = component("com.miui.powerkeeper", "com.miui.powerkeeper.ui.HiddenAppsConfigActivity")
        val label = context.applicationInfo.loadLabel(context.packageManager)
        return there(page.putExtra("package_name", context.packageName).putExtra("package_label", label))
    }

    private fun component(packageName: String, name: String) =
        Intent().setComponent(ComponentName(packageName, name))

    // One that is there but not for us would end the app when it is opened.
    private fun there(page: Intent): Intent? {
        val activity = context.packageManager.resolveActivity(page, 0)?.activityInfo ?: return null
        val isOpen = activity.exported && (activity.permission == null || isGranted(activity.permission))
        return page.takeIf { isOpen }
    }

    private fun isGranted(permission: String) =
        context.checkSelfPermission(permission) == PackageManager.PERMISSION_GRANTED
}
