package org.telltale.app

import android.content.Context
import android.content.Intent
import java.time.Duration
import java.time.Instant
import org.telltale.app.engine.Owner
import org.telltale.app.feature.app.AppActivity
import org.telltale.app.feature.home.CoverageActivity
import org.telltale.app.feature.host.HostActivity
import org.telltale.app.feature.timeline.Span
import org.telltale.app.feature.timeline.SpanActivity
import org.telltale.app.feature.timeline.TimelineActivity
import org.telltale.app.ui.Period

/** The ways from one screen to another. What a screen shows is in its intent, so that it can be opened from anywhere. */
object Screens {
    private const val APP = "org.telltale.app.APP"
    private const val HOST = "org.telltale.app.HOST"
    private const val SINCE = "org.telltale.app.SINCE"
    private const val UNTIL = "org.telltale.app.UNTIL"
    private const val PERIOD = "org.telltale.app.PERIOD"

    /** An entry in Home's menu. */
    class Entry(val title: Int, val open: (Context) -> Intent)

    /** What Home's menu leads to, in this order. */
    val menu: List<Entry> = listOf(
        Entry(R.string.coverage_title) { coverage(it, Period.DAY) },
    )

    /** All that is known of the app of [owner]. */
    fun app(context: Context, owner: Owner?): Intent =
        Intent(context, AppActivity::class.java).putExtra(APP, owner?.key.orEmpty())

    /** All that is known of [host], be it a name or an address. */
    fun host(context: Context, host: String): Intent =
        Intent(context, HostActivity::class.java).putExtra(HOST, host)

    /** How much could be seen in [period]. */
    fun coverage(context: Context, period: Period): Intent =
        Intent(context, CoverageActivity::class.java).putExtra(PERIOD, period.name)

    /** Which app reported when. */
    fun timeline(context: Context): Intent = Intent(context, TimelineActivity::class.java)

    /** What happened in [span]. */
    fun span(context: Context, span: Span): Intent = Intent(context, SpanActivity::class.java)
        .putExtra(SINCE, span.start.toEpochMilli()).putExtra(UNTIL, span.end.toEpochMilli())

    /** The span that is shown; without one the hour before [now]. */
    fun spanOf(intent: Intent, now: Instant): Span {
        val end = intent.getLongExtra(UNTIL, now.toEpochMilli())
        val start = intent.getLongExtra(SINCE, end - Duration.ofHours(1).toMillis())
        return Span(Instant.ofEpochMilli(start), Instant.ofEpochMilli(end))
    }

    fun periodOf(intent: Intent): Period =
        Period.entries.find { it.name == intent.getStringExtra(PERIOD) } ?: Period.DAY

    /** The [Owner.key] of the app that is shown; empty for what belongs to nobody known. */
    fun appOf(intent: Intent): String = intent.getStringExtra(APP).orEmpty()

    fun hostOf(intent: Intent): String = intent.getStringExtra(HOST).orEmpty()
}
