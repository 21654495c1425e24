package org.telltale.app.feature.leftout

import android.content.pm.ApplicationInfo
import android.content.pm.PackageManager
import android.graphics.drawable.Drawable

/** An app that can be left out. */
data class Candidate(val packageName: String, val label: String, val icon: Drawable?, val isSystem: Boolean)

/** Every app on the phone; it may wait. */
fun interface InstalledPackages {
    fun all(): List<Candidate>
}

/** Asks the package manager; this app itself is not among them. */
class PhonePackages(private val manager: PackageManager, private val own: String) : InstalledPackages {
    override fun all(): List<Candidate> = manager.getInstalledApplications(0)
        .filter { it.packageName != own }
        .map { app ->
            val isSystem = app.flags and ApplicationInfo.FLAG_SYSTEM != 0
            val label = manager.getApplicationLabel(app).toString()
            Candidate(app.packageName, label, manager.getApplicationIcon(app), isSystem)
        }
}
