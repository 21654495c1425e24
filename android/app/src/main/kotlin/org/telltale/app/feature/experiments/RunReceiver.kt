package org.telltale.app.feature.experiments

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.ExperimentRun

/** The person says on the notification that what was asked for is done. */
class RunReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        val runs = TelltaleApplication.of(context).parts.runs
        // The notification may be older than what is asked for now.
        if (runs.current?.awaitsPerson == true) runs.tell(ExperimentRun::done)
    }
}
