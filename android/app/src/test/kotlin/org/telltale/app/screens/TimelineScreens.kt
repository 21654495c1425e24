package org.telltale.app.screens

import android.view.View
import java.time.Duration
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.RecordException
import org.telltale.app.feature.timeline.Span
import org.telltale.app.feature.timeline.SpanActivity
import org.telltale.app.feature.timeline.TimelineActivity
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleRecords

private val HOUR = Span(SamplePhone.NOW - Duration.ofMinutes(102), SamplePhone.NOW - Duration.ofMinutes(42))

private fun touched(view: Int) = start<TimelineActivity>().apply { view<View>(view).performClick() }

/** The timeline, its periods, one hour of it, and what stands in its place. */
val TIMELINE_SCREENS = listOf(
    Screen("timeline") {
        useParts()
        start<TimelineActivity>()
    },
    Screen("timeline-week") {
        useParts()
        touched(R.id.period_week)
    },
    Screen("timeline-month") {
        useParts()
        touched(R.id.period_month)
    },
    Screen("timeline-mark") {
        useParts()
        touched(R.id.timeline_mark)
    },
    Screen("timeline-span") { start<SpanActivity> { putExtras(Screens.span(useParts(), HOUR)) } },
    Screen("timeline-empty") {
        useParts(SampleParts.of(SampleRecords(emptyList()), SampleEngine(SampleEngine.OFF)))
        start<TimelineActivity>()
    },
    Screen("timeline-failed") {
        val records = SamplePhone.records().apply { failure = RecordException("The record is locked by another program.") }
        useParts(SampleParts.of(records))
        start<TimelineActivity>()
    },
)
