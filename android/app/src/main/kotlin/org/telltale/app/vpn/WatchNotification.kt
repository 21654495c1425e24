package org.telltale.app.vpn

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.graphics.drawable.Icon
import android.os.Build
import org.telltale.app.R

/** The notification that stands while the phone is watched. */
class WatchNotification(private val context: Context) {
    private val manager = requireNotNull(context.getSystemService(NotificationManager::class.java))

    /** What it says when the day has come to [today]. */
    fun build(today: Today): Notification {
        val name = context.getString(R.string.watching_channel)
        manager.createNotificationChannel(NotificationChannel(CHANNEL, name, NotificationManager.IMPORTANCE_LOW))
        return Notification.Builder(context, CHANNEL)
            .setSmallIcon(R.drawable.ic_tile)
            .setContentTitle(context.getString(R.string.watching_title))
            .setContentText(TodayWords(context.resources).sentence(today))
            .setContentIntent(Doors.home(context))
            .setCategory(Notification.CATEGORY_SERVICE)
            .setShowWhen(false)
            .setOnlyAlertOnce(true)
            .setOngoing(true)
            .addAction(stop())
            .apply { showAtOnce(this) }
            .build()
    }

    /** Says it anew. */
    fun update(today: Today) = manager.notify(ID, build(today))

    private fun stop(): Notification.Action {
        val intent = Intent(context, TelltaleVpnService::class.java).setAction(TelltaleVpnService.STOP)
        val stop = PendingIntent.getService(context, 0, intent, PendingIntent.FLAG_IMMUTABLE)
        val icon = Icon.createWithResource(context, R.drawable.ic_tile)
        return Notification.Action.Builder(icon, context.getString(R.string.watching_stop), stop).build()
    }

    // Newer versions would hold it back for ten seconds.
    private fun showAtOnce(builder: Notification.Builder) {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) return
        builder.setForegroundServiceBehavior(Notification.FOREGROUND_SERVICE_IMMEDIATE)
    }

    companion object {
        /** Number of the notification within the app. */
        const val ID = 1
        private const val CHANNEL = "watching"
    }
}
