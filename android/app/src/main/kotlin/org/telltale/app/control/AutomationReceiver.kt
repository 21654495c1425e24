package org.telltale.app.control

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.MarkKind
import org.telltale.app.vpn.Interruption
import org.telltale.app.vpn.InterruptionNotice
import org.telltale.app.vpn.Watch

/** Lets other apps start, stop and mark, where the owner has given them the permission to (docs/automation.md). */
class AutomationReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) = when (intent.action) {
        START -> start(context)
        STOP -> Watch.stop(context)
        MARK -> mark(context, intent)
        else -> Unit
    }

    private fun start(context: Context) {
        if (!Watch.start(context)) InterruptionNotice(context).show(Interruption.Refused)
    }

    private fun mark(context: Context, intent: Intent) {
        val text = intent.getStringExtra(TEXT)?.take(LONGEST)
        val app = intent.getStringExtra(APP)?.take(LONGEST)
        TelltaleApplication.of(context).parts.engine.mark(MarkKind.NOTE, text, app)
    }

    companion object {
        const val START = "org.telltale.app.action.START_WATCH"
        const val STOP = "org.telltale.app.action.STOP_WATCH"
        const val MARK = "org.telltale.app.action.MARK"

        /** What happened, and the package that it is about; both may be absent. */
        const val TEXT = "text"
        const val APP = "app"

        /** Characters of a text; more is cut off. */
        private const val LONGEST = 200
    }
}
