package org.telltale.app.apps

import android.content.Context
import android.content.res.Resources
import android.graphics.drawable.Drawable
import java.text.NumberFormat
import java.util.concurrent.ConcurrentHashMap
import org.telltale.app.R
import org.telltale.app.engine.Owner

/** The apps of this phone, and those that were on it while it was watched. Faces are drawn once. */
class PhoneApps(
    private val apps: InstalledApps,
    private val names: AppNames,
    private val resources: Resources,
) : AppDirectory {
    private val faces = ConcurrentHashMap<Owner, Face>()

    override fun describe(owner: Owner?): Face =
        if (owner == null) nobody() else faces.getOrPut(owner) { draw(owner) }

    /** Looks again at what is installed, and in which language. */
    fun forget() = faces.clear()

    private fun draw(owner: Owner): Face {
        val installed = owner.packages.mapNotNull(apps::find).onEach(names::remember)
        return Face(label(owner, installed), iconOf(owner), isSystem(owner, installed), installed.isNotEmpty())
    }

    private fun nobody() =
        Face(resources.getString(R.string.owner_unknown), icon = null, isSystem = false, isInstalled = false)

    private fun label(owner: Owner, installed: List<InstalledApp>): String {
        val part = owner.uid?.let { Uid(it).systemPart }
        val labels = owner.packages.map { labelOf(it, installed) }.distinct()
        return when {
            part != null -> resources.getString(part.label)
            labels.size == 1 -> labels.single()
            labels.isNotEmpty() -> shared(owner.packages.size)
            else -> labelOf(owner.uid)
        }
    }

    private fun labelOf(packageName: String, installed: List<InstalledApp>) =
        installed.find { it.packageName == packageName }?.label ?: names.labelOf(packageName) ?: packageName

    private fun labelOf(uid: Int?) = when {
        uid == null -> resources.getString(R.string.owner_unknown)
        Uid(uid).isIsolated -> resources.getString(R.string.owner_isolated)
        else -> resources.getString(R.string.owner_uid, uid.toString())
    }

    private fun shared(count: Int) =
        resources.getQuantityString(R.plurals.owner_shared, count, NumberFormat.getIntegerInstance().format(count))

    // What has a uid but no package is part of the system, or an isolated process, of which nobody knows.
    private fun isSystem(owner: Owner, installed: List<InstalledApp>): Boolean {
        val uid = owner.uid?.let(::Uid)
        if (owner.packages.isEmpty()) return uid != null && !uid.isIsolated
        return installed.isNotEmpty() && installed.all { it.isSystem }
    }

    private fun iconOf(owner: Owner): Drawable? = owner.packages.singleOrNull()?.let(apps::icon)

    companion object {
        fun of(context: Context) =
            PhoneApps(SystemApps(context.packageManager), AppNames.of(context), context.resources)
    }
}
