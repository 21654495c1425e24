package org.telltale.app.vpn

import android.content.res.Resources
import java.text.NumberFormat
import org.telltale.app.R

/** Says in words what [Today] counts. */
class TodayWords(private val resources: Resources) {
    /** "3 apps sent 212 reports to trackers today" */
    fun sentence(today: Today): String {
        if (today.findings == 0L) return resources.getString(R.string.watching_nothing)
        val reports = plural(R.plurals.watching_reports, today.findings)
        return resources.getQuantityString(R.plurals.watching_apps, today.apps, number(today.apps.toLong()), reports)
    }

    /** The number of reports alone, for [caption] to stand below. */
    fun count(today: Today): String = number(today.findings)

    /** "reports to trackers today" */
    fun caption(today: Today): String = resources.getQuantityString(R.plurals.widget_caption, quantity(today.findings))

    private fun plural(id: Int, count: Long) = resources.getQuantityString(id, quantity(count), number(count))

    private fun number(count: Long): String = NumberFormat.getIntegerInstance().format(count)

    private fun quantity(count: Long) = count.coerceAtMost(Int.MAX_VALUE.toLong()).toInt()
}
