package org.telltale.app.feature.app

import android.content.pm.PackageInfo
import android.content.pm.PackageManager
import android.content.pm.PermissionInfo
import android.os.Build
import java.util.Locale

/** What an app may do: [notable] is what touches its user's life, in words; [others] counts the rest. */
data class Permissions(val notable: List<String>, val others: Int)

/** Asks Android which permissions are granted. It may wait. */
class PermissionReader(private val packages: PackageManager, private val locale: Locale) {
    /** Those of all [names] together. */
    fun of(names: List<String>): Permissions {
        val granted = names.mapNotNull(::find).flatMap(::granted).distinct()
        val (notable, others) = granted.partition { it.protectionLevelOf() == PermissionInfo.PROTECTION_DANGEROUS }
        return Permissions(notable.map(::label).distinct().sorted(), others.size)
    }

    private fun find(name: String): PackageInfo? = try {
        packages.getPackageInfo(name, PackageManager.GET_PERMISSIONS)
    } catch (_: PackageManager.NameNotFoundException) {
        null
    }

    private fun granted(app: PackageInfo): List<PermissionInfo> {
        val flags = app.requestedPermissionsFlags ?: return emptyList()
        return app.requestedPermissions.orEmpty()
            .filterIndexed { at, _ -> flags[at] and PackageInfo.REQUESTED_PERMISSION_GRANTED != 0 }
            .mapNotNull(::info)
    }

    private fun info(name: String): PermissionInfo? = try {
        packages.getPermissionInfo(name, 0)
    } catch (_: PackageManager.NameNotFoundException) {
        null
    }

    private fun label(permission: PermissionInfo): String =
        permission.loadLabel(packages).toString().replaceFirstChar { it.titlecase(locale) }

    @Suppress("DEPRECATION")
    private fun PermissionInfo.protectionLevelOf() =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) protection
        else protectionLevel and PermissionInfo.PROTECTION_MASK_BASE
}
