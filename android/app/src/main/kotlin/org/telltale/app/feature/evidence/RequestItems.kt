package org.telltale.app.feature.evidence

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.ContentLine
import org.telltale.app.engine.Personal
import org.telltale.app.ui.Format
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.KindWords
import org.telltale.app.ui.Line
import org.telltale.app.ui.TreeLine

/** What a touched line of the screen of a request asks for. */
sealed interface Ask {
    data object ShowAll : Ask

    /** The value of the line with this [number], to its end or its beginning alone. */
    data class Toggle(val number: Int) : Ask
}

/** The lines of the screen of a request. */
class RequestItems(private val resources: Resources, private val words: RequestWords, private val format: Format) {
    private val kinds = KindWords(resources)
    private val layers = LayerWords(resources, format)

    fun of(state: RequestState): List<Item> {
        val detail = state.detail ?: return emptyList()
        val evidence = detail.evidence
        return group(R.string.evidence_says, says(detail)) +
            group(R.string.evidence_layers, layers.packings(evidence.layers).map(::packing)) +
            group(R.string.evidence_content, content(evidence.content, state)) +
            group(R.string.evidence_notes, evidence.notes.mapIndexed { at, note -> Line("note $at", format.code(note)) })
    }

    private fun group(title: Int, lines: List<Item>): List<Item> =
        if (lines.isEmpty()) emptyList() else listOf(Heading(resources.getString(title))) + lines

    private fun says(detail: RequestDetail): List<Item> {
        val personal = detail.evidence.personal
        if (personal.isEmpty()) {
            return listOf(Line(R.string.evidence_says_nothing, resources.getString(R.string.evidence_says_nothing)))
        }
        val byKind = personal.distinctBy { it.kind to it.value }.groupBy { it.kind }
        return kinds.sorted(byKind.keys).flatMap { kind -> says(kind, byKind.getValue(kind), detail) }
    }

    /** A line for each of the first identifiers, and one for all else of the kind. */
    private fun says(kind: String, those: List<Personal>, detail: RequestDetail): List<Line> {
        val identifiers = those.filter { it.link != null }.take(MOST_VALUES)
        val others = those - identifiers.toSet()
        val lines = identifiers.mapIndexed { at, identifier -> identifierLine("says $kind $at", identifier, detail) }
        return if (others.isEmpty()) lines else lines + valuesLine("says $kind", others)
    }

    private fun identifierLine(id: String, identifier: Personal, detail: RequestDetail) = Line(
        id = id,
        title = format.code(words.shortened(identifier.value)),
        detail = identifier.link?.let { words.link(it, format.moment(it.since, detail.now)) },
        facts = identifier.explanation,
        kind = kinds.name(identifier.kind),
    )

    private fun valuesLine(id: String, those: List<Personal>): Line {
        val values = those.take(MOST_VALUES).map { format.code(words.shortened(it.value)) }
        val more = those.size - values.size
        val rest = if (more == 0) emptyList() else listOf(words.count(R.plurals.evidence_cut_lines, more))
        return Line(
            id = id,
            title = (values + rest).joinToString("\n"),
            facts = those.first().explanation,
            kind = kinds.name(those.first().kind),
        )
    }

    private fun packing(packing: Packing) = Line(
        id = "layer ${packing.place}",
        title = format.breakable(packing.place),
        detail = packing.codings,
        facts = packing.sizes,
    )

    private fun content(lines: List<ContentLine>, state: RequestState): List<Item> {
        val isCut = !state.showsAll && lines.size > FIRST_LINES + RequestWords.LEAST_HIDDEN
        val shown = if (isCut) lines.take(FIRST_LINES) else lines
        val tree = shown.mapIndexed { at, line -> treeLine(at, line, isOpen = at in state.open) }
        if (!isCut) return tree
        return tree + Line(Ask.ShowAll, words.count(R.plurals.evidence_all_lines, lines.size), target = Ask.ShowAll)
    }

    private fun treeLine(at: Int, line: ContentLine, isOpen: Boolean): TreeLine {
        val value = line.value
        val isLong = value != null && words.isLong(value)
        return TreeLine(
            id = "content $at",
            depth = line.depth,
            name = line.name,
            value = if (isOpen) value else value?.let(words::shortened),
            tag = line.kind?.let(kinds::name),
            target = if (isLong) Ask.Toggle(at) else null,
        )
    }

    companion object {
        /** Lines of the tree that are shown at first: about two screens. */
        const val FIRST_LINES = 60

        /** Values of one kind that are. */
        const val MOST_VALUES = 5
    }
}
