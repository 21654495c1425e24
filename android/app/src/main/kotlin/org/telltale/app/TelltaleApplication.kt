package org.telltale.app

import android.app.Application
import android.content.Context
import org.telltale.app.feature.experiments.RunNotice
import org.telltale.app.settings.Settings
import org.telltale.app.vpn.AlwaysOn
import org.telltale.app.widget.WatchWidget

/** Lives as long as the process, and holds what its parts share. For the main thread. */
class TelltaleApplication : Application() {
    private var made: Parts? = null

    /** Made when first asked for; the library is opened later, where nobody waits for it. */
    var parts: Parts
        get() = made ?: Parts.of(this).also(::take)
        set(value) {
            made = value
        }

    /** What the owner has chosen. */
    val settings: Settings by lazy { Settings.of(this) }

    /** How the system keeps the watch; null until the service has run. */
    var alwaysOn: AlwaysOn? = null

    private fun take(parts: Parts) {
        made = parts
        // As long as the process lives: a widget has no other way to learn of it.
        parts.engine.observeQuietly { WatchWidget.update(this) }
        parts.runs.observe(RunNotice(this, parts.apps, parts.background)::follow)
    }

    companion object {
        /** That of any context of the app. */
        fun of(context: Context) = context.applicationContext as TelltaleApplication
    }
}
