package org.telltale.app.control

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import org.telltale.app.TelltaleApplication
import org.telltale.app.settings.Choices
import org.telltale.app.vpn.Interruption
import org.telltale.app.vpn.InterruptionNotice
import org.telltale.app.vpn.Watch

/** Goes on watching after the phone was started anew, or the app was updated. */
class BootReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        if (!goesOn(intent.action, TelltaleApplication.of(context).settings.current)) return
        if (!Watch.start(context)) InterruptionNotice(context).show(Interruption.Refused)
    }

    companion object {
        /** Whether what has happened, by its [action], is followed by a watch. */
        internal fun goesOn(action: String?, choices: Choices) = choices.wantsWatch && when (action) {
            Intent.ACTION_BOOT_COMPLETED -> choices.startsAtBoot
            Intent.ACTION_MY_PACKAGE_REPLACED -> true
            else -> false
        }
    }
}
