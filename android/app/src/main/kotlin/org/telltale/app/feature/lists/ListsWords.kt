package org.telltale.app.feature.lists

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.ListReport
import org.telltale.app.ui.Format
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.Line

/** Own lists in words. */
class ListsWords(private val resources: Resources, private val format: Format) {
    /** The latest import, then the lists; a line of a list leads to its name. */
    fun items(state: ListsState): List<Item> {
        val news = state.failure?.let(::failed) ?: state.report?.let(::report).orEmpty()
        val lists = state.lists.orEmpty()
        if (lists.isEmpty()) return news
        val lines = lists.map { Line(id = it, title = format.code(it), detail = text(R.string.lists_touch), target = it) }
        return news + Heading(text(R.string.lists_kept)) + lines
    }

    private fun failed(failure: ListFailure): List<Item> {
        val title = when (failure.trouble) {
            ListTrouble.UNREADABLE -> text(R.string.lists_unreadable)
            ListTrouble.UNUSABLE -> resources.getString(R.string.lists_unusable, failure.name)
            ListTrouble.KEPT -> resources.getString(R.string.lists_not_removed, failure.name)
        }
        return listOf(Heading(text(R.string.lists_import)), Line(id = "failure", title = title, detail = failure.detail))
    }

    private fun report(report: ListReport): List<Item> {
        val rules = plural(R.plurals.lists_rules, report.rules)
        val facts = if (report.exceptions == 0L) rules
        else resources.getString(R.string.facts_two, rules, plural(R.plurals.lists_exceptions, report.exceptions))
        val done = resources.getString(R.string.lists_done, report.list)
        val lines = listOf(Heading(text(R.string.lists_import)), Line(id = "report", title = done, facts = facts))
        return lines + problems(report)
    }

    private fun problems(report: ListReport): List<Item> {
        if (report.unusable == 0L) return emptyList()
        val lines = report.problems.mapIndexed { at, problem ->
            val title = resources.getString(R.string.lists_line, format.count(problem.line))
            Line(id = "problem $at", title = title, detail = problem.reason)
        }
        val more = report.unusable - report.problems.size
        val rest = if (more <= 0) emptyList() else listOf(Line(id = "more", title = plural(R.plurals.lists_more, more)))
        return listOf(Heading(plural(R.plurals.lists_unused, report.unusable))) + lines + rest
    }

    private fun text(id: Int) = resources.getString(id)

    private fun plural(id: Int, count: Long) =
        resources.getQuantityString(id, count.coerceAtMost(Int.MAX_VALUE.toLong()).toInt(), format.count(count))
}
