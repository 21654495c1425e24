package org.telltale.app.widget

import android.appwidget.AppWidgetManager
import android.appwidget.AppWidgetProvider
import android.content.ComponentName
import android.content.Context
import android.widget.RemoteViews
import org.telltale.app.R
import org.telltale.app.TelltaleApplication
import org.telltale.app.control.ControlActivity
import org.telltale.app.vpn.Doors
import org.telltale.app.vpn.Today
import org.telltale.app.vpn.TodayWords
import org.telltale.app.vpn.Watch

/** The home screen's: the day's count, and a switch. */
class WatchWidget : AppWidgetProvider() {
    override fun onUpdate(context: Context, manager: AppWidgetManager, ids: IntArray) = update(context)

    companion object {
        /** Shows the state of the watch on all widgets, with the record's count of the day. Does nothing without one. */
        fun update(context: Context) {
            if (idsOf(context).isEmpty()) return
            val parts = TelltaleApplication.of(context).parts
            parts.background.ask({ Today.read(parts.records, parts.clock) }) { today ->
                update(context, today.getOrDefault(Today()))
            }
        }

        /** The same with a count that is known. */
        fun update(context: Context, today: Today) {
            val ids = idsOf(context)
            if (ids.isNotEmpty()) AppWidgetManager.getInstance(context).updateAppWidget(ids, draw(context, today))
        }

        internal fun draw(context: Context, today: Today): RemoteViews {
            val words = TodayWords(context.resources)
            return RemoteViews(context.packageName, R.layout.widget_watch).apply {
                setTextViewText(R.id.widget_count, words.count(today))
                setTextViewText(R.id.widget_caption, words.caption(today))
                setContentDescription(R.id.widget, words.sentence(today))
                setOnClickPendingIntent(R.id.widget, Doors.home(context))
                drawSwitch(this, context)
            }
        }

        private fun drawSwitch(views: RemoteViews, context: Context) {
            val label = if (Watch.isOn(context)) R.string.widget_stop else R.string.widget_start
            views.setTextViewText(R.id.widget_switch, context.getString(label))
            views.setOnClickPendingIntent(R.id.widget_switch, ControlActivity.toggle(context))
        }

        private fun idsOf(context: Context): IntArray {
            val widget = ComponentName(context, WatchWidget::class.java)
            return AppWidgetManager.getInstance(context)?.getAppWidgetIds(widget) ?: IntArray(0)
        }
    }
}
