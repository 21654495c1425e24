package org.telltale.app.feature.experiments

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.CellResult
import org.telltale.app.engine.ExperimentResult
import org.telltale.app.engine.Measured
import org.telltale.app.engine.PlanKind
import org.telltale.app.ui.Format
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.Line

/** The lines of the screen of a result. */
class ResultItems(private val resources: Resources, private val words: ResultWords, format: Format) {
    private val numbers = NumberWords(resources, format)
    private val prepare = PrepareItems(resources, format)

    fun of(result: ExperimentResult): List<Item> {
        val isSwitch = result.cells.size > 1
        val table = if (isSwitch) group(R.string.experiments_compared, settings(result)) else emptyList()
        return table + measured(result) + idle(result, isSwitch) + strangers(result) +
            group(R.string.experiments_not, limits(result))
    }

    /** What it does not prove. */
    fun limits(result: ExperimentResult): List<Line> = prepare.limits(kindOf(result))

    /** A setting with its verdict and its main number. */
    private fun settings(result: ExperimentResult): List<Line> = result.cells.mapIndexed { at, cell ->
        Line(
            id = "setting $at",
            title = words.setting(result, at).orEmpty(),
            detail = main(cell.collectors),
            facts = facts(result, cell),
            tags = listOf(resources.verdict(cell.collectors.verdict)),
        )
    }

    /** `15 trials`, and how it compares with the first setting. */
    private fun facts(result: ExperimentResult, cell: CellResult): String {
        val trials = numbers.trials(cell.collectors.trials)
        val difference = cell.difference ?: return trials
        val number = numbers.difference(difference, isSized = cell.collectors.sized != null)
        return trials + "\n" + resources.getString(R.string.results_compared, words.setting(result, 0), number)
    }

    private fun main(measured: Measured): String? {
        val sized = measured.sized?.let { R.string.results_slope to numbers.slope(it) }
        val (name, value) = sized ?: measured.counted?.let { R.string.results_ratio to numbers.ratio(it) } ?: return null
        return resources.getString(name) + ":\n" + value
    }

    private fun measured(result: ExperimentResult): List<Item> = result.cells.flatMapIndexed { at, cell ->
        val title = words.setting(result, at) ?: resources.getString(R.string.results_numbers)
        listOf(Heading(title)) + numbers.facts(cell.collectors).map { Line("$at ${it.name}", it.name, it.value) }
    }

    private fun idle(result: ExperimentResult, isSwitch: Boolean): List<Item> {
        val idle = result.idleBytesPerMinute ?: return emptyList()
        val line = Line("idle", resources.getString(R.string.results_idle), numbers.perMinute(idle))
        return if (isSwitch) group(R.string.results_numbers, listOf(line)) else listOf(line)
    }

    private fun strangers(result: ExperimentResult): List<Item> {
        val lines = result.cells.withIndex().filter { (_, cell) -> words.hasStrangers(cell) }.map { (at, cell) ->
            val title = words.setting(result, at) ?: resources.verdict(cell.unknown.verdict)
            Line("stranger $at", title, main(cell.unknown), resources.getString(R.string.results_strangers_more))
        }
        return if (lines.isEmpty()) emptyList() else group(R.string.results_strangers, lines)
    }

    private fun kindOf(result: ExperimentResult): PlanKind =
        if (result.cells.any { it.collectors.counted != null }) PlanKind.COUNT else PlanKind.LENGTH

    private fun group(title: Int, lines: List<Line>): List<Item> = listOf(Heading(resources.getString(title))) + lines
}
