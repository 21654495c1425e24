package org.telltale.app.apps

/** A uid of Android taken apart: the user (a work profile is one of its own), and the app within. */
data class Uid(val value: Int) {
    val user: Int get() = value / PER_USER

    private val app: Int get() = value % PER_USER

    /** A process without rights of its own, which an app has started for something risky. */
    val isIsolated: Boolean get() = app >= FIRST_ISOLATED

    /** The app for which a sandbox of the privacy sandbox runs, or itself. */
    val appItself: Uid get() = if (app in SANDBOXES) Uid(value - TO_SANDBOX) else this

    /** What runs under it, where that is part of the system and no app. */
    val systemPart: SystemPart? get() = SystemPart.entries.find { it.id == app }

    private companion object {
        // android.os.UserHandle and android.os.Process, which hide these.
        const val PER_USER = 100_000
        const val FIRST_ISOLATED = 90_000
        const val TO_SANDBOX = 10_000
        val SANDBOXES = 20_000..29_999
    }
}
