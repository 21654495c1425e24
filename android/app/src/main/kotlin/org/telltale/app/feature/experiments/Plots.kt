package org.telltale.app.feature.experiments

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.ExperimentResult
import org.telltale.app.engine.Measured
import org.telltale.app.engine.TrialPoint
import org.telltale.app.ui.Dot
import org.telltale.app.ui.Format
import org.telltale.app.ui.Level
import org.telltale.app.ui.Scatter
import org.telltale.app.ui.Trend
import org.telltale.app.ui.Words

/** The trials of a result as plots, one for each setting; all with the same axes, so that they can be compared. */
class Plots(private val resources: Resources, private val format: Format) {
    private val words = Words(resources, format)

    /** Null for a setting without trials. */
    fun of(result: ExperimentResult): List<Scatter?> {
        val right = result.points.maxOfOrNull { it.amount }?.coerceAtLeast(1.0) ?: 1.0
        val top = result.points.maxOfOrNull { it.bytes }?.coerceAtLeast(1.0) ?: 1.0
        return result.cells.mapIndexed { at, cell ->
            val points = result.points.filter { it.cell == at }
            when {
                points.isEmpty() -> null
                cell.collectors.counted != null -> counted(points, top)
                else -> sized(points, cell.collectors, right, top)
            }
        }
    }

    private fun sized(points: List<TrialPoint>, measured: Measured, right: Double, top: Double) = Scatter(
        dots = points.map { Dot(it.amount, it.bytes) },
        right = right,
        top = top,
        trend = trend(points, measured),
        along = listOf(format.short(0), resources.getString(R.string.results_plot_shown), format.short(Math.round(right))),
        up = up(top),
        words = told(R.string.results_plot_words, points, points.minOf { it.amount }, points.maxOf { it.amount }),
    )

    /** Waits and actions side by side, each point a little beside the next so that none hides another. */
    private fun counted(points: List<TrialPoint>, top: Double): Scatter {
        val kinds = listOf(0.0, 1.0)
        val dots = kinds.flatMap { kind ->
            points.filter { it.amount == kind }.mapIndexed { at, point -> Dot(place(kind) + SPREAD[at % SPREAD.size], point.bytes) }
        }
        return Scatter(
            dots = dots,
            right = 1.0,
            top = top,
            levels = kinds.map { Level(place(it), mean(points, it)) },
            along = listOf(R.string.results_plot_waits, R.string.results_plot_actions).map(resources::getString),
            up = up(top),
            words = told(R.string.results_plot_words_count, points, 0.0, 1.0),
        )
    }

    /** Through the middle of the points: half of what the slope leaves is above it, half below. */
    private fun trend(points: List<TrialPoint>, measured: Measured): Trend? {
        val slope = measured.sized?.slope ?: return null
        val (estimate, high) = (slope.estimate ?: return null) to (slope.high ?: return null)
        val x = median(points.map { it.amount })
        val rest = median(points.map { it.bytes - estimate * it.amount })
        return Trend(Dot(x, rest + estimate * x), estimate, slope.low, high)
    }

    private fun up(top: Double) = listOf(0.0, top / 2, top).map { format.bytes(Math.round(it)) }

    private fun told(id: Int, points: List<TrialPoint>, first: Double, last: Double): String = resources.getString(
        id, words.count(R.plurals.results_trials, points.size.toLong()),
        format.bytes(Math.round(mean(points, first))), format.bytes(Math.round(mean(points, last))),
    )

    private fun mean(points: List<TrialPoint>, amount: Double): Double =
        points.filter { it.amount == amount }.map { it.bytes }.ifEmpty { listOf(0.0) }.average()

    private fun place(kind: Double) = if (kind == 0.0) WAITS_AT else ACTIONS_AT

    private fun median(values: List<Double>): Double {
        val sorted = values.sorted()
        return (sorted[(sorted.size - 1) / 2] + sorted[sorted.size / 2]) / 2
    }

    private companion object {
        const val WAITS_AT = 0.25
        const val ACTIONS_AT = 0.75
        val SPREAD = listOf(0.0, -0.05, 0.05, -0.1, 0.1, -0.025, 0.025, -0.075, 0.075)
    }
}
