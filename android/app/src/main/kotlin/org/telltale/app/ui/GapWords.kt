package org.telltale.app.ui

import android.content.res.Resources
import java.time.Duration
import java.time.Instant
import org.telltale.app.R
import org.telltale.app.engine.Gap
import org.telltale.app.engine.GapReason

/** Gaps in words. */
class GapWords(private val resources: Resources, private val format: Format) {
    /** `12 Nov, 03:10 · 2 hr`. */
    fun time(gap: Gap, now: Instant): String {
        val start = format.moment(gap.start, now)
        val end = gap.end ?: return resources.getString(R.string.gap_open, start)
        return resources.getString(R.string.facts_two, start, format.duration(Duration.between(gap.start, end)))
    }

    fun reason(gap: Gap): String = resources.getString(
        when (gap.reason) {
            GapReason.NOT_RUNNING -> R.string.gap_not_running
            GapReason.KILLED -> R.string.gap_killed
            GapReason.REVOKED -> R.string.gap_revoked
            GapReason.NAMES_HIDDEN -> R.string.gap_names_hidden
            GapReason.EVENTS_LOST -> R.string.gap_events_lost
            GapReason.RECORD_FAILED -> R.string.gap_record_failed
            GapReason.FLOWS_REFUSED -> R.string.gap_flows_refused
            GapReason.SIZE_CAP -> R.string.gap_size_cap
        },
    )
}
