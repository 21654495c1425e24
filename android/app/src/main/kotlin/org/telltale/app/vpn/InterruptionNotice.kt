package org.telltale.app.vpn

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.content.Context
import android.text.format.DateUtils
import org.telltale.app.R

/** Tells the owner of an [Interruption], once. */
class InterruptionNotice(private val context: Context) {
    private val manager = requireNotNull(context.getSystemService(NotificationManager::class.java))

    fun show(interruption: Interruption) = manager.notify(ID, build(interruption))

    /** It is over, or was seen to. */
    fun clear() = manager.cancel(ID)

    internal fun build(interruption: Interruption): Notification {
        val name = context.getString(R.string.interruption_channel)
        manager.createNotificationChannel(NotificationChannel(CHANNEL, name, NotificationManager.IMPORTANCE_DEFAULT))
        val text = text(interruption)
        return Notification.Builder(context, CHANNEL)
            .setSmallIcon(R.drawable.ic_tile)
            .setContentTitle(context.getString(titleOf(interruption)))
            .setContentText(text)
            .setStyle(Notification.BigTextStyle().bigText(text))
            .setContentIntent(Doors.home(context))
            .setAutoCancel(true)
            .build()
    }

    private fun titleOf(interruption: Interruption) = when (interruption) {
        is Interruption.Killed -> R.string.interruption_was
        is Interruption.Blocked -> R.string.interruption_blocked_title
        is Interruption.Revoked, is Interruption.Refused, is Interruption.Failed -> R.string.interruption_is
    }

    private fun text(interruption: Interruption) = when (interruption) {
        is Interruption.Revoked -> context.getString(R.string.interruption_revoked)
        is Interruption.Refused -> context.getString(R.string.interruption_refused)
        is Interruption.Blocked -> context.getString(R.string.interruption_blocked)
        is Interruption.Failed -> context.getString(R.string.interruption_failed, interruption.problem)
        is Interruption.Killed -> context.getString(R.string.interruption_killed, span(interruption))
    }

    private fun span(killed: Interruption.Killed): String = DateUtils.formatDateRange(
        context,
        killed.from.toEpochMilli(),
        killed.to.toEpochMilli(),
        DateUtils.FORMAT_SHOW_TIME or DateUtils.FORMAT_ABBREV_ALL,
    )

    companion object {
        /** Number of the notification within the app. */
        const val ID = 2
        private const val CHANNEL = "interruptions"
    }
}
