package org.telltale.app.feature.evidence

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.Evidence
import org.telltale.app.engine.Link
import org.telltale.app.ui.Format
import org.telltale.app.ui.Parties
import org.telltale.app.ui.Words

/** Sentences of the screen of a request. */
class RequestWords(private val resources: Resources, private val format: Format) {
    private val words = Words(resources, format)

    /** `Xiaomi · Sensors Analytics upload`, as far as it is known. */
    fun what(evidence: Evidence): String {
        val party = evidence.party?.let { Parties.name(it, resources) } ?: return evidence.format
        return resources.getString(R.string.facts_two, party, evidence.format)
    }

    fun why(evidence: Evidence): String = evidence.finding?.why ?: resources.getString(R.string.evidence_no_finding)

    /** `14:03:27 · 4.8 kB`, with the day where it is not today. */
    fun time(detail: RequestDetail): String =
        withSize(format.exactMoment(detail.evidence.time, detail.now), detail.evidence)

    /** The same for whoever reads it on another day. */
    fun fullTime(evidence: Evidence): String = withSize(format.fullMoment(evidence.time), evidence)

    /** `POST /sa?project=p`. */
    fun request(evidence: Evidence): String = format.code("${evidence.method} ${evidence.target}")

    /** The beginning of a [text] that is long, and how much of it follows. */
    fun shortened(text: String): String {
        if (!isLong(text)) return text
        return text.take(LONG_TEXT) + "… " + count(R.plurals.evidence_more_characters, text.length - LONG_TEXT)
    }

    fun isLong(text: String): Boolean = text.length > LONG_TEXT + LEAST_HIDDEN

    /** A request without a body has no size. */
    private fun withSize(time: String, evidence: Evidence): String {
        val size = when {
            evidence.bytes == 0L -> return time
            evidence.missing == 0L -> format.bytes(evidence.bytes)
            else -> resources.getString(
                R.string.evidence_not_whole, format.bytes(evidence.bytes), format.bytes(evidence.missing),
            )
        }
        return resources.getString(R.string.facts_two, time, size)
    }

    /** `The same in 41 requests since 3 Mar, 09:12`; [since] in words. */
    fun link(link: Link, since: String): String {
        if (link.requests <= 1) return resources.getString(R.string.evidence_once)
        val count = link.requests.coerceAtMost(Int.MAX_VALUE.toLong()).toInt()
        return resources.getQuantityString(R.plurals.evidence_same, count, format.count(link.requests), since)
    }

    /** A number of things, by their plural [id]. */
    fun count(id: Int, count: Int): String = words.count(id, count.toLong())

    companion object {
        /** Characters that are shown of a long text. */
        const val LONG_TEXT = 300

        /** Hiding less than this saves nothing. */
        const val LEAST_HIDDEN = 10
    }
}
