package org.telltale.app.feature.experiments

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.PlanKind
import org.telltale.app.engine.PlanSummary
import org.telltale.app.ui.Format
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.Line
import org.telltale.app.ui.Words

/** What is said before an experiment begins. */
class PrepareItems(private val resources: Resources, private val format: Format) {
    private val words = Words(resources, format)

    /** Below the choices: what will happen, what to do before, and what it can show and what not. */
    fun of(state: PrepareState): List<Item> {
        val plan = state.plan ?: return emptyList()
        return group(R.string.experiments_happens, happens(plan, state.label.orEmpty())) +
            group(R.string.experiments_before, texts(before(plan))) +
            group(R.string.experiments_shows, texts(listOf(shows(plan)))) +
            group(R.string.experiments_not, limits(plan.kind))
    }

    /** What the result does not prove, whatever it is. */
    fun limits(kind: PlanKind): List<Line> = texts(
        if (kind == PlanKind.COUNT) listOf(R.string.experiments_not_count, R.string.experiments_not_absence)
        else listOf(R.string.experiments_not_absence, R.string.experiments_not_content, R.string.experiments_not_hash),
    )

    /** `15 trials, at least 9 min`, and what that means. */
    fun length(state: PrepareState): String {
        val plan = state.plan ?: return ""
        val size = resources.getQuantityString(
            R.plurals.experiments_plan, plan.trials, format.count(plan.trials.toLong()), format.duration(plan.length),
        )
        val person = if (plan.opensAddresses) null else resources.getString(R.string.experiments_person)
        val short = if (state.isShort) resources.getString(R.string.experiments_short_detail) else null
        return listOfNotNull(size, person, short).joinToString("\n")
    }

    private fun happens(plan: PlanSummary, app: String): List<Line> {
        val settings = if (plan.settings > 1) words.count(R.plurals.experiments_happens_settings, plan.settings.toLong()) else null
        val trial = when {
            plan.opensAddresses -> R.string.experiments_happens_pages
            plan.kind == PlanKind.LENGTH -> R.string.experiments_happens_text
            else -> R.string.experiments_happens_count
        }
        val history = if (plan.kind == PlanKind.LENGTH) resources.getString(R.string.experiments_history) else null
        // Settings of what opens pages are those of incognito.
        val tabs = if (plan.opensAddresses && plan.settings > 1) resources.getString(R.string.experiments_tabs) else null
        return listOfNotNull(settings, resources.getString(trial, app), tabs, history).map { Line(it, it) }
    }

    private fun before(plan: PlanSummary): List<Int> {
        val screen = if (plan.opensAddresses) listOf(R.string.experiments_before_screen) else emptyList()
        return listOf(R.string.experiments_before_others) + screen + R.string.experiments_before_power
    }

    private fun shows(plan: PlanSummary) =
        if (plan.kind == PlanKind.LENGTH) R.string.experiments_shows_length else R.string.experiments_shows_count

    private fun texts(ids: List<Int>) = ids.map { Line(it, resources.getString(it)) }

    private fun group(title: Int, lines: List<Line>): List<Item> = listOf(Heading(resources.getString(title))) + lines
}
