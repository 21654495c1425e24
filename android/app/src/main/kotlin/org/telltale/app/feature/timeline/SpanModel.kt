package org.telltale.app.feature.timeline

import java.time.Clock
import java.time.Instant
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.AppRow
import org.telltale.app.engine.Background
import org.telltale.app.engine.Gap
import org.telltale.app.engine.Mark
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records
import org.telltale.app.ui.ScreenModel

/** An app that reported within a span. */
data class SpanApp(val row: AppRow, val face: Face)

/** What happened within [span]; [apps] is null until it is known. */
data class SpanState(
    val span: Span,
    val now: Instant,
    /** The one with the most reports first. */
    val apps: List<SpanApp>? = null,
    val gaps: List<Gap> = emptyList(),
    val marks: List<Mark> = emptyList(),
    val problem: String? = null,
)

/** Asks what happened in one slot of the timeline. */
class SpanModel(
    private val records: Records,
    private val apps: AppDirectory,
    background: Background,
    private val clock: Clock,
    private val span: Span,
) : ScreenModel<SpanState>(SpanState(span, clock.instant()), background) {
    override fun onStart() = refresh()

    fun refresh() = ask("span", ::load) { outcome ->
        outcome.onSuccess { next -> change { next } }
        outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty()) } }
    }

    private fun load(): SpanState {
        val query = Query(since = span.start, until = span.end)
        val rows = records.apps(query.copy(flagged = true), Page(0, MOST)).filter { it.findings > 0 }
        val marks = records.marks(query, Page(0, MOST)).filter { it.kind == MarkKind.NOTE && it.time in span }
        return SpanState(
            span, clock.instant(), rows.map { SpanApp(it, apps.describe(it.owner)) }, records.gaps(query), marks,
        )
    }

    private companion object {
        /** More than happens in a day. */
        const val MOST = 1_000
    }
}
