package org.telltale.app.vpn

import android.content.Context
import android.content.Intent
import android.net.VpnService
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.Phase

/** Switches the watch on and off, from wherever the owner does it. For the main thread. */
object Watch {
    /** Whether it runs, or is about to. */
    fun isOn(context: Context): Boolean =
        TelltaleApplication.of(context).parts.engine.state.phase in setOf(Phase.STARTING, Phase.WATCHING)

    /** The system's question to the owner that comes before the first watch; null once it was answered with yes. */
    fun question(context: Context): Intent? = VpnService.prepare(context)

    /** Begins to watch. Says false while [question] is not answered, or where the owner has to be there for it. */
    fun start(context: Context): Boolean {
        if (question(context) != null) return false
        TelltaleApplication.of(context).settings.change { it.copy(wantsWatch = true) }
        return try {
            context.startForegroundService(Intent(context, TelltaleVpnService::class.java)) != null
        } catch (_: IllegalStateException) {
            false
        }
    }

    /** Ends it, if it runs: the service follows the settings. */
    fun stop(context: Context) = TelltaleApplication.of(context).settings.change { it.copy(wantsWatch = false) }
}
