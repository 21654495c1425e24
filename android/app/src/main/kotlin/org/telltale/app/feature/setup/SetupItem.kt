package org.telltale.app.feature.setup

import android.content.Intent

/** What stands in the way of a watch without gaps, or of seeing all of it. */
enum class SetupId {
    CONSENT, OTHER_VPN, NOTIFICATIONS, BATTERY, AUTOSTART, BACKGROUND, ALWAYS_ON, PRIVATE_DNS, PROFILES
}

/** How it stands; [UNKNOWN] where no app can find out. */
enum class SetupStatus { OK, ACTION, UNKNOWN }

/** One line of the set-up check. */
data class SetupItem(
    val id: SetupId,
    val status: SetupStatus,
    /** String resources. */
    val title: Int,
    val text: Int,
    /** What the text is about, if it has a place for it. */
    val detail: String? = null,
    /** Opens the page where the owner can change it; null where there is none, or nothing to do. */
    val page: Intent? = null,
)
