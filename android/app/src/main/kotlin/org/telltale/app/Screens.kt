package org.telltale.app

import android.content.Context
import android.content.Intent
import org.telltale.app.feature.home.CoverageActivity
import org.telltale.app.ui.Period

/** The ways from one screen to another. What a screen shows is in its intent, so that it can be opened from anywhere. */
object Screens {
    private const val PERIOD = "org.telltale.app.PERIOD"

    /** An entry in Home's menu. */
    class Entry(val title: Int, val open: (Context) -> Intent)

    /** What Home's menu leads to, in this order. */
    val menu: List<Entry> = listOf(Entry(R.string.coverage_title) { coverage(it, Period.DAY) })

    /** How much could be seen in [period]. */
    fun coverage(context: Context, period: Period): Intent =
        Intent(context, CoverageActivity::class.java).putExtra(PERIOD, period.name)

    fun periodOf(intent: Intent): Period =
        Period.entries.find { it.name == intent.getStringExtra(PERIOD) } ?: Period.DAY
}
