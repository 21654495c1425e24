package org.telltale.app.feature.experiments

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.ui.Format
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.Line

/** A result as plain text to pass on. */
class ResultText(private val resources: Resources, private val format: Format) {
    private val words = ResultWords(resources, format)
    private val items = ResultItems(resources, words, format)

    fun of(detail: ResultDetail): String {
        val result = detail.result
        val head = listOfNotNull(
            resources.getString(R.string.facts_two, detail.face.label, format.fullMoment(result.row.started)),
            ClaimWords(resources).question(result.row.subject.claim),
            resources.getString(R.string.facts_two, resources.verdict(result.row.verdict), words.sentence(result, detail.face.label)),
            words.reservation(result),
        )
        return (head + items.of(result).map(::line) + "" + resources.getString(R.string.app_shared_by)).joinToString("\n")
    }

    private fun line(item: Item): String = when (item) {
        is Heading -> "\n" + item.words
        is Line -> (listOf(item.title) + item.tags + listOfNotNull(item.detail, item.facts))
            .joinToString(": ") { it.toString().replace('\n', ' ') }
        else -> ""
    }
}
