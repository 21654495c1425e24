package org.telltale.app.feature.experiments

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.graphics.drawable.Icon
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.apps.AppDirectory
import org.telltale.app.engine.Background
import org.telltale.app.engine.LiveRun
import org.telltale.app.engine.Owner
import org.telltale.app.engine.RunPhase
import org.telltale.app.engine.RunState
import org.telltale.app.engine.Step
import org.telltale.app.ui.Format

/** Says how an experiment goes on while its screen is not looked at, and calls the person when it is their turn. */
class RunNotice(private val context: Context, private val apps: AppDirectory, private val background: Background) {
    private val manager = requireNotNull(context.getSystemService(NotificationManager::class.java))
    private val words get() = RunWords(context.resources, Format(context))
    private var isCalling = false
    private var told: RunState? = null
    private var question: AutoCloseable? = null

    /** With nothing to follow, what is left of an earlier process goes. */
    fun follow(live: LiveRun?) {
        question?.close()
        if (live == null) return listOf(COURSE, TURN).forEach(manager::cancel)
        question = background.ask({ apps.describe(Owner(null, listOf(live.subject.app))).label }) { outcome ->
            show(live, outcome.getOrDefault(live.subject.app))
        }
    }

    private fun show(live: LiveRun, app: String) {
        if (!live.state.isGoingOn) manager.cancel(COURSE)
        else if (!isSameTrial(live.state, told)) manager.notify(COURSE, course(live, app))
        told = live.state
        // Once for each turn: what stands there is not said again.
        val calls = !live.isLookedAt && (live.awaitsPerson || !live.state.isGoingOn)
        if (!calls) manager.cancel(TURN) else if (!isCalling) manager.notify(TURN, turn(live, app))
        isCalling = calls
    }

    /** Pages follow one another too fast for a notification. */
    private fun isSameTrial(state: RunState, before: RunState?) =
        state.step is Step.Visiting && before?.step is Step.Visiting && state.trial == before.trial

    private fun course(live: LiveRun, app: String): Notification =
        builder(COURSE_CHANNEL, R.string.experiments_channel, NotificationManager.IMPORTANCE_LOW)
            .setContentTitle(words.course(live.state))
            .setContentText(if (live.state.step is Step.Visiting) words.detail(live, app) else words.title(live, app))
            .setProgress(live.state.trials, live.state.over, false)
            .setContentIntent(opens(Screens.run(context)))
            .setOngoing(true)
            .build()

    private fun turn(live: LiveRun, app: String): Notification {
        val isOver = live.state.phase == RunPhase.OVER
        val result = live.state.id?.let { Screens.result(context, it) }
        val title = if (live.state.isGoingOn) words.turn(live, app) else words.title(live, app)
        val text = context.getString(if (isOver) R.string.experiments_turn_read else R.string.experiments_turn_touch)
        return builder(TURN_CHANNEL, R.string.experiments_channel_turn, NotificationManager.IMPORTANCE_HIGH)
            .setContentTitle(title)
            .setContentText(text)
            .setContentIntent(opens(if (isOver && result != null) result else Screens.run(context)))
            .setCategory(Notification.CATEGORY_REMINDER)
            .setAutoCancel(true)
            .apply { if (live.state.step is Step.Ask || live.state.step is Step.SetUp) addAction(done()) }
            .build()
    }

    private fun builder(channel: String, name: Int, importance: Int): Notification.Builder {
        manager.createNotificationChannel(NotificationChannel(channel, context.getString(name), importance))
        return Notification.Builder(context, channel)
            .setSmallIcon(R.drawable.ic_tile).setShowWhen(false).setOnlyAlertOnce(true)
    }

    private fun opens(screen: Intent): PendingIntent {
        screen.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK or Intent.FLAG_ACTIVITY_SINGLE_TOP)
        val flags = PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT
        return PendingIntent.getActivity(context, 0, screen, flags)
    }

    private fun done(): Notification.Action {
        val said = PendingIntent.getBroadcast(context, 0, Intent(context, RunReceiver::class.java), PendingIntent.FLAG_IMMUTABLE)
        val icon = Icon.createWithResource(context, R.drawable.ic_check)
        return Notification.Action.Builder(icon, context.getString(R.string.experiments_ready), said).build()
    }

    companion object {
        /** Numbers of the notifications within the app. */
        const val COURSE = 3
        const val TURN = 4
        private const val COURSE_CHANNEL = "experiment"
        private const val TURN_CHANNEL = "experiment-turn"
    }
}
