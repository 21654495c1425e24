package org.telltale.app.settings

import org.telltale.app.engine.Retention

/** How the app looks. */
enum class Theme { SYSTEM, LIGHT, DARK }

/** What the owner has chosen; never changed, only replaced. */
data class Choices(
    val retention: Retention = Retention(),
    /** A watch that ran when the phone went down begins again when it is up. */
    val startsAtBoot: Boolean = true,
    val theme: Theme = Theme.SYSTEM,
    /** BCP 47, or null for the phone's own. */
    val language: String? = null,
    /** Packages that go past the tunnel, unseen. By default none does. */
    val excludedApps: Set<String> = emptySet(),
    /** What apps send unencrypted is kept and decoded. */
    val keepsEvidence: Boolean = true,
    /** The owner has switched the watch on, and not off again. */
    val wantsWatch: Boolean = false,
)
