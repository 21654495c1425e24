package org.telltale.app.vpn

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import org.telltale.app.R
import org.telltale.app.feature.home.HomeActivity

/** The notification that stands while the phone is watched. */
class WatchNotification(private val context: Context) {
    private val manager = requireNotNull(context.getSystemService(NotificationManager::class.java))

    /** What it says when the day has seen so many [findings]. */
    fun build(findings: Int): Notification {
        val name = context.getString(R.string.watching_channel)
        manager.createNotificationChannel(NotificationChannel(CHANNEL, name, NotificationManager.IMPORTANCE_LOW))
        val open = Intent(context, HomeActivity::class.java)
        return Notification.Builder(context, CHANNEL)
            .setSmallIcon(R.drawable.ic_watching)
            .setContentTitle(context.getString(R.string.watching_title))
            .setContentText(context.resources.getQuantityString(R.plurals.watching_findings, findings, findings))
            .setContentIntent(PendingIntent.getActivity(context, 0, open, PendingIntent.FLAG_IMMUTABLE))
            .setOngoing(true)
            .build()
    }

    companion object {
        /** Number of the notification within the app. */
        const val ID = 1
        private const val CHANNEL = "watching"
    }
}
