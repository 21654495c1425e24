package org.telltale.app.feature.evidence

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.ui.Format
import org.telltale.app.ui.KindWords
import org.telltale.app.ui.Line

/** Lines and sentences of the list of evidence. */
class EvidenceWords(private val resources: Resources, private val format: Format) {
    private val kinds = KindWords(resources)

    /** `Only Mi Browser`; null where nothing is left out, and while it is not known what. */
    fun scope(state: EvidenceState): String? {
        val subject = state.scope.host?.let(format::breakable)
            ?: state.scope.app?.let { state.rows.firstOrNull()?.face?.label }
        return subject?.let { resources.getString(R.string.evidence_only, it) }
    }

    fun line(row: EvidenceRow): Line = Line(
        id = row.key.id,
        title = row.face.label,
        detail = format.breakable(row.host),
        facts = facts(row),
        tags = kinds.tags(row.kinds, format),
        icon = row.face.icon,
        hasIcon = true,
        target = row.key,
    )

    /** `14:03:27 · Sensors Analytics upload · 4.8 kB`; a request without a body has no size. */
    private fun facts(row: EvidenceRow): String {
        val time = format.exactTime(row.key.time)
        return if (row.bytes == 0L) resources.getString(R.string.facts_two, time, row.format)
        else resources.getString(R.string.facts_three, time, row.format, format.bytes(row.bytes))
    }
}
