package org.telltale.app.ui

import android.content.res.Resources
import java.time.Instant
import java.time.ZoneId
import org.telltale.app.R

/** Labels of a chart's axis, and what the chart shows in words. */
class ChartWords(private val resources: Resources, private val format: Format, private val zone: ZoneId) {
    /** Four labels at equal distances; few enough for the narrowest phone. */
    fun axis(buckets: Buckets, now: Instant): List<String> {
        val count = buckets.starts.size
        if (count == Period.WEEK.days?.toInt()) return buckets.starts.map { format.weekday(it.atZone(zone).toLocalDate()) }
        val labels = minOf(LABELS, count)
        return (0 until labels).map { label(buckets, it * count / labels, now) }
    }

    /** `212 in all, most at 14:00: 48`. */
    fun describe(buckets: Buckets, values: List<Long>, now: Instant): String {
        val total = values.sum()
        if (total == 0L) return resources.getString(R.string.chart_nothing)
        val most = values.indices.maxBy { values[it] }
        return resources.getString(
            R.string.chart_words, format.count(total), label(buckets, most, now), format.count(values[most]),
        )
    }

    private fun label(buckets: Buckets, at: Int, now: Instant): String {
        val start = buckets.starts[at].atZone(zone)
        if (buckets.areHours) return format.hour(start.hour)
        return format.day(start.toLocalDate(), now.atZone(zone).toLocalDate())
    }

    private companion object {
        const val LABELS = 4
    }
}
