package org.telltale.app.feature.leftout

import org.telltale.app.engine.Background
import org.telltale.app.settings.Settings
import org.telltale.app.ui.ScreenModel

/** Apps, and which of them are left out of watching; [apps] is null until they are known. */
data class LeftOutState(
    val leftOut: Set<String>,
    /** Those that were left out when the screen was opened stand first: a line does not jump away when it is touched. */
    val first: Set<String> = leftOut,
    val apps: List<Candidate>? = null,
    val search: String = "",
    val problem: String? = null,
) {
    /** What the search lets through. */
    val shown: List<Candidate>
        get() = apps.orEmpty().filter { search.isBlank() || it.isCalled(search.trim()) }
            .sortedWith(
                compareBy<Candidate> { it.packageName !in first }.thenBy(String.CASE_INSENSITIVE_ORDER) { it.label },
            )

    private fun Candidate.isCalled(words: String) =
        label.contains(words, ignoreCase = true) || packageName.contains(words, ignoreCase = true)
}

/** Leaves apps out of watching, and takes them in again. */
class LeftOutModel(private val packages: InstalledPackages, private val settings: Settings, background: Background) :
    ScreenModel<LeftOutState>(LeftOutState(settings.current.excludedApps), background) {
    override fun onStart() = refresh()

    fun refresh() = ask("apps", packages::all) { outcome ->
        outcome.onSuccess { apps -> change { it.copy(apps = apps + gone(apps), problem = null) } }
        outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty()) } }
    }

    fun search(words: String) = change { it.copy(search = words) }

    /** Leaves [packageName] out, or takes it in again. */
    fun toggle(packageName: String) {
        val out = settings.current.excludedApps
        settings.change { it.copy(excludedApps = if (packageName in out) out - packageName else out + packageName) }
        change { it.copy(leftOut = settings.current.excludedApps) }
    }

    /** Left out, but not on the phone any more: it can still be taken in again. */
    private fun gone(apps: List<Candidate>): List<Candidate> {
        val there = apps.map { it.packageName }.toSet()
        return (settings.current.excludedApps - there).map { Candidate(it, it, icon = null, isSystem = false) }
    }
}
