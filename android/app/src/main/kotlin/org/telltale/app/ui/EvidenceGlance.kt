package org.telltale.app.ui

import android.content.res.Resources
import java.time.Instant
import org.telltale.app.R
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records

/** The latest that was sent unencrypted: when, and the kinds of what it said. */
data class EvidenceGlance(val time: Instant, val kinds: Set<String>) {
    companion object {
        /** Of what [query] asks for; null where there is none. It may wait. */
        fun of(records: Records, query: Query): EvidenceGlance? =
            records.evidence(query, Page(0, 1)).firstOrNull()?.let { EvidenceGlance(it.time, KindWords.of(it)) }
    }
}

/** The way to what was sent unencrypted, on screens about something else. */
class EvidenceLines(private val resources: Resources, private val format: Format) {
    private val kinds = KindWords(resources)

    /** Nothing where [glance] is null; else a group with one line, which leads to [target]. */
    fun of(glance: EvidenceGlance?, now: Instant, target: Any): List<Item> {
        if (glance == null) return emptyList()
        val line = Line(
            id = R.string.evidence_open,
            title = resources.getString(R.string.evidence_open),
            detail = resources.getString(R.string.evidence_latest, format.moment(glance.time, now)),
            tags = kinds.tags(glance.kinds, format),
            target = target,
        )
        return listOf(Heading(resources.getString(R.string.evidence_title)), line)
    }
}
