package org.telltale.app.control

import android.app.Activity
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.os.Bundle
import org.telltale.app.vpn.Doors
import org.telltale.app.vpn.Watch

/** Switches the watch for the widget and the shortcut. Shows nothing itself; where the system has to ask, Home does. */
class ControlActivity : Activity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        if (intent.action == TOGGLE) toggle()
        finish()
    }

    private fun toggle() = when {
        Watch.isOn(this) -> Watch.stop(this)
        Watch.start(this) -> Unit
        else -> startActivity(Doors.homeIntent(this))
    }

    companion object {
        /** Action of an intent that starts the watch, or ends it. */
        const val TOGGLE = "org.telltale.app.action.TOGGLE"

        /** The same, for others to send. */
        fun toggle(context: Context): PendingIntent {
            val intent = Intent(context, ControlActivity::class.java).setAction(TOGGLE)
            return PendingIntent.getActivity(context, 0, intent, PendingIntent.FLAG_IMMUTABLE)
        }
    }
}
