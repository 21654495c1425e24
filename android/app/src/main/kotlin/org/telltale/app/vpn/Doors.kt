package org.telltale.app.vpn

import android.app.PendingIntent
import android.content.Context
import android.content.Intent

/** Ways into the app from outside of its screens. */
object Doors {
    /** Opens the app as its icon does. */
    fun homeIntent(context: Context): Intent =
        context.packageManager.getLaunchIntentForPackage(context.packageName)
            ?: Intent(Intent.ACTION_MAIN).setPackage(context.packageName)

    /** The same, for others to send. */
    fun home(context: Context): PendingIntent =
        PendingIntent.getActivity(context, 0, homeIntent(context), PendingIntent.FLAG_IMMUTABLE)
}
