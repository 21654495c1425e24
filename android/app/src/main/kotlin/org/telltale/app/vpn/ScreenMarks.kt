package org.telltale.app.vpn

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.os.PowerManager
import org.telltale.app.engine.MarkKind

/** Marks in the record when the screen goes on and off: what happens while nobody looks is of interest. */
class ScreenMarks(private val context: Context, private val mark: (MarkKind) -> Unit) :
    BroadcastReceiver(), AutoCloseable {
    init {
        val filter = IntentFilter(Intent.ACTION_SCREEN_ON).apply { addAction(Intent.ACTION_SCREEN_OFF) }
        context.registerReceiver(this, filter)
    }

    override fun onReceive(context: Context, intent: Intent) {
        kindOf(intent.action)?.let(mark)
    }

    override fun close() = context.unregisterReceiver(this)

    companion object {
        internal fun kindOf(action: String?) = when (action) {
            Intent.ACTION_SCREEN_ON -> MarkKind.SCREEN_ON
            Intent.ACTION_SCREEN_OFF -> MarkKind.SCREEN_OFF
            else -> null
        }

        /** Whether somebody may look now. */
        fun isOn(context: Context) = context.getSystemService(PowerManager::class.java)?.isInteractive ?: true
    }
}
