package org.telltale.app.feature.evidence

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.ContentLine
import org.telltale.app.engine.Personal
import org.telltale.app.ui.Format
import org.telltale.app.ui.KindWords

/** A request as plain text to pass on. */
class RequestText(private val resources: Resources, private val words: RequestWords, private val format: Format) {
    private val kinds = KindWords(resources)
    private val layers = LayerWords(resources, format)

    fun of(detail: RequestDetail, isInFull: Boolean): String {
        val evidence = detail.evidence
        val says = evidence.personal.distinctBy { it.kind to it.value }.map(::says)
            .ifEmpty { listOf(resources.getString(R.string.evidence_says_nothing)) }
        val packed = layers.packings(evidence.layers).map { pair(it.place, it.codings) }
        return listOf(
            head(detail, isInFull),
            part(R.string.evidence_says, says),
            part(R.string.evidence_layers, packed),
            part(R.string.evidence_content, evidence.content.map(::line), MOST_CONTENT),
            part(R.string.evidence_notes, evidence.notes),
            resources.getString(R.string.evidence_shared_by),
        ).filter(String::isNotEmpty).joinToString("\n\n")
    }

    private fun head(detail: RequestDetail, isInFull: Boolean): String {
        val evidence = detail.evidence
        val redacted = if (isInFull) null else resources.getString(R.string.evidence_redacted_note)
        return listOfNotNull(
            resources.getString(R.string.facts_two, detail.face.label, evidence.host),
            resources.getString(R.string.facts_two, words.fullTime(evidence), words.what(evidence)),
            words.shortened(words.request(evidence)),
            words.why(evidence),
            redacted,
        ).joinToString("\n")
    }

    /** Nothing where there are no [lines]; else as many as fit into [most] characters. */
    private fun part(title: Int, lines: List<String>, most: Int = MOST_BESIDE): String =
        if (lines.isEmpty()) "" else (listOf(resources.getString(title)) + cut(lines, most)).joinToString("\n")

    private fun cut(lines: List<String>, most: Int): List<String> {
        var room = most
        val told = lines.takeWhile { line ->
            room -= line.length
            room >= 0
        }
        if (told.size == lines.size) return told
        return told + words.count(R.plurals.evidence_cut_lines, lines.size - told.size)
    }

    private fun says(personal: Personal): String {
        val link = personal.link?.let { "\n  " + words.link(it, format.fullMoment(it.since)) }.orEmpty()
        return pair(kinds.name(personal.kind), words.shortened(personal.value)) + link
    }

    private fun line(line: ContentLine): String {
        val kind = line.kind?.let { "  [${kinds.name(it)}]" }.orEmpty()
        val words = line.value?.let { pair(line.name, it) } ?: line.name
        return "  ".repeat(line.depth) + words + kind
    }

    private fun pair(name: String, value: String) = if (name.isEmpty()) value else "$name: $value"

    companion object {
        // What passes between apps shares a megabyte with all else that does, at two bytes for a character.

        /** Characters of the decoded tree. */
        const val MOST_CONTENT = 100_000

        /** The same of each other part. */
        private const val MOST_BESIDE = 20_000
    }
}
