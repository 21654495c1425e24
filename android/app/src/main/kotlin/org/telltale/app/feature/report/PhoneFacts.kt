package org.telltale.app.feature.report

import android.os.Build
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.AppVersions
import org.telltale.app.engine.Owner
import org.telltale.app.engine.ReportFact

/** What a record does not know: which phone this is, and which versions of apps are on it. In English, as the page is. */
class PhoneFacts(private val apps: AppDirectory, private val versions: AppVersions) {
    /** Of the phone, and of the apps of [owners]. It may wait. */
    fun of(owners: List<Owner>): List<ReportFact> {
        val packages = owners.flatMap { it.packages }.distinct().take(MOST_APPS)
        return listOfNotNull(phone(), android(), rom(Build.VERSION.INCREMENTAL)) + packages.mapNotNull(::app)
    }

    private fun phone() = ReportFact("Phone", "${Build.MANUFACTURER} ${Build.MODEL}")

    private fun android() = ReportFact("Android", "${Build.VERSION.RELEASE}, security patch ${Build.VERSION.SECURITY_PATCH}")

    private fun app(name: String): ReportFact? {
        val version = versions.of(name) ?: return null
        val label = apps.describe(Owner(uid = null, listOf(name))).label
        return ReportFact(if (label == name) name else "$label ($name)", version)
    }

    internal companion object {
        /** More than report on any phone. */
        const val MOST_APPS = 60

        /** Xiaomi's phones tell the version of their system as that of the build: `V12.5.7.0.RCOMIXM`, `OS1.0.5.0.UMCMIXM`. */
        fun rom(build: String): ReportFact? = when {
            Regex("V\\d+\\..*").matches(build) -> ReportFact("MIUI", build)
            Regex("OS\\d+\\..*").matches(build) -> ReportFact("HyperOS", build)
            else -> null
        }
    }
}
