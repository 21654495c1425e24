package org.telltale.app.feature.evidence

import java.time.Clock
import org.telltale.app.apps.AppDirectory
import org.telltale.app.engine.Background
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records
import org.telltale.app.ui.ScreenModel

/** Finds the request with [key] in the record. It may wait. */
class RequestRecords(
    private val records: Records,
    private val apps: AppDirectory,
    private val clock: Clock,
    private val key: RequestKey,
) {
    /** Null where it was erased; [redacted] without its values. */
    fun find(redacted: Boolean = false): RequestDetail? {
        // The record is asked by time; few requests end in the same millisecond.
        val query = Query(since = key.time, until = key.time.plusMillis(1))
        var page = Page(0, EvidenceModel.PAGE)
        while (true) {
            val rows = records.evidence(query, page, redacted)
            rows.find { it.id == key.id }?.let { return RequestDetail(it, apps.describe(it.owner), clock.instant()) }
            if (rows.size < page.limit) return null
            page = page.copy(offset = page.offset + rows.size)
        }
    }
}

/** What the screen of a request shows. */
class RequestModel(private val records: RequestRecords, background: Background) :
    ScreenModel<RequestState>(RequestState(), background) {
    override fun onStart() = refresh()

    fun refresh() = ask("request", { records.find() }) { outcome ->
        outcome.onSuccess { detail -> change { it.copy(detail = detail, isGone = detail == null, problem = null) } }
        outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty()) } }
    }

    fun showAll() = change { it.copy(showsAll = true) }

    /** Shows the value of the line with this [number] to its end, or its beginning alone. */
    fun toggle(number: Int) = change { it.copy(open = if (number in it.open) it.open - number else it.open + number) }

    /** Reads what is to go; the screen hands it over and says so. */
    fun leave(way: Way, isInFull: Boolean) = ask("leave", { records.find(redacted = !isInFull) }) { outcome ->
        outcome.onSuccess { detail ->
            change { it.copy(leaving = detail?.let { found -> Leaving(way, found, isInFull) }, isGone = detail == null) }
        }
        outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty()) } }
    }

    fun hasLeft() = change { it.copy(leaving = null) }
}
