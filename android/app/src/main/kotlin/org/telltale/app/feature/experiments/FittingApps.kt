package org.telltale.app.feature.experiments

import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import org.telltale.app.engine.ClaimId

/** An app that can be tried; [fits] where it is of the kind that the claim is about. */
data class AppChoice(val packageName: String, val label: String, val fits: Boolean)

/** The apps of a phone that can be tried for a claim, those first that fit, of those Xiaomi's. It may wait. */
fun interface FittingApps {
    fun of(claim: ClaimId): List<AppChoice>
}

/** Asks the package manager; this app itself is not among them. */
class PhoneFittingApps(private val manager: PackageManager, private val own: String) : FittingApps {
    override fun of(claim: ClaimId): List<AppChoice> {
        val fitting = fitting(claim)
        // Pages can only be opened in what opens them; for all else any app may be tried.
        val others = if (claim in ClaimWords.PAGES) emptySet() else answering(launcher())
        return (fitting + others - own).map { choice(it, it in fitting) }.sortedWith(ORDER)
    }

    private fun fitting(claim: ClaimId): Set<String> = when (claim) {
        ClaimId.C1, ClaimId.C2, ClaimId.C12 -> answering(page())
        ClaimId.C3 -> answering(page()) + there(SEARCHES)
        ClaimId.C4 -> answering(page()) + there(FEEDS)
        ClaimId.C5 -> answering(category(Intent.CATEGORY_HOME)) + there(FOLDERS)
        ClaimId.C6 -> answering(category(Intent.CATEGORY_APP_MUSIC)) + there(PLAYERS)
        else -> answering(launcher()).filter { isXiaomis(it) }.toSet()
    }

    private fun page() =
        Intent(Intent.ACTION_VIEW, Uri.parse("http://192.0.2.1/")).addCategory(Intent.CATEGORY_BROWSABLE)

    private fun launcher() = category(Intent.CATEGORY_LAUNCHER)

    private fun category(name: String) = Intent(Intent.ACTION_MAIN).addCategory(name)

    private fun answering(intent: Intent): Set<String> =
        manager.queryIntentActivities(intent, PackageManager.MATCH_ALL).map { it.activityInfo.packageName }.toSet()

    private fun there(names: List<String>) = names.filter { runCatching { manager.getApplicationInfo(it, 0) }.isSuccess }

    private fun choice(name: String, fits: Boolean): AppChoice {
        val label = runCatching { manager.getApplicationLabel(manager.getApplicationInfo(name, 0)).toString() }
        return AppChoice(name, label.getOrDefault(name), fits)
    }

    internal companion object {
        // Packages and what was reported of them: docs/sources.md, UAD and PAL.

        /** Mi Browser and Mint Browser. */
        private val FIRST = listOf("com.mi.globalbrowser", "com.android.browser", "com.mi.globalbrowser.mini")
        private val SEARCHES = listOf("com.mi.appfinder")
        private val FEEDS = listOf("com.mi.globalminusscreen", "com.mi.android.globalminusscreen", "com.miui.newhome")
        private val FOLDERS = listOf("com.mi.android.globalFileexplorer", "com.android.fileexplorer")
        private val PLAYERS = listOf("com.miui.player")
        private val PREFIXES = listOf("com.mi.", "com.miui.", "com.xiaomi.")

        private val ORDER = compareByDescending<AppChoice> { it.fits }
            .thenBy { FIRST.indexOf(it.packageName).takeIf { at -> at >= 0 } ?: FIRST.size }
            .thenBy { !isXiaomis(it.packageName) }
            .thenBy(String.CASE_INSENSITIVE_ORDER) { it.label }
            .thenBy { it.packageName }

        fun isXiaomis(packageName: String) = packageName in FIRST || PREFIXES.any(packageName::startsWith)
    }
}
