package org.telltale.app.apps

import android.content.Context
import android.content.pm.ApplicationInfo
import android.content.pm.PackageManager
import java.util.concurrent.ConcurrentHashMap
import org.telltale.app.R
import org.telltale.app.engine.Owner

/** The apps that Android knows. Of a shared uid no package is picked: the label counts them. */
class PhoneApps(private val context: Context) : AppDirectory {
    private val packages: PackageManager = context.packageManager
    private val faces = ConcurrentHashMap<String, Face>()

    override fun describe(owner: Owner?): Face =
        if (owner == null) face(context.getString(R.string.app_unknown)) else faces.getOrPut(owner.toString()) { look(owner) }

    private fun look(owner: Owner): Face {
        val found = owner.packages.mapNotNull(::find)
        val only = found.singleOrNull()
        return when {
            only != null && owner.packages.size == 1 -> of(only)
            owner.packages.size == 1 -> face(owner.packages.single(), isInstalled = false)
            owner.packages.isEmpty() -> face(context.getString(R.string.app_uid, owner.uid ?: 0), isSystem = true)
            else -> shared(owner.packages.size, found)
        }
    }

    private fun shared(count: Int, found: List<ApplicationInfo>): Face {
        val label = context.resources.getQuantityString(R.plurals.app_shared, count, count)
        return face(label, isSystem = found.any(::isSystem), isInstalled = found.isNotEmpty())
    }

    private fun of(app: ApplicationInfo) =
        Face(packages.getApplicationLabel(app).toString(), packages.getApplicationIcon(app), isSystem(app), true)

    private fun find(name: String): ApplicationInfo? = try {
        packages.getApplicationInfo(name, 0)
    } catch (_: PackageManager.NameNotFoundException) {
        null
    }

    private fun isSystem(app: ApplicationInfo) = app.flags and ApplicationInfo.FLAG_SYSTEM != 0

    private fun face(label: String, isSystem: Boolean = false, isInstalled: Boolean = true) =
        Face(label, null, isSystem, isInstalled)
}
