package org.telltale.app.feature.experiments

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.RunPhase
import org.telltale.app.ui.Format
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.Line

/** The lines of the list of experiments. */
class ExperimentItems(private val resources: Resources, private val format: Format) {
    private val claims = ClaimWords(resources)

    fun of(state: ExperimentsState): List<Item> =
        group(R.string.experiments_going_on, listOfNotNull(live(state))) +
            group(R.string.experiments_unfinished, state.unfinished.map { past(it, state) }) +
            group(R.string.experiments_pages, ClaimWords.PAGES.map(::question)) +
            group(R.string.experiments_part, ClaimWords.PERSON.map(::question)) +
            group(R.string.experiments_compared, ClaimWords.SETTING.map(::question)) +
            group(R.string.experiments_record, listOf(record())) +
            group(R.string.experiments_done_so_far, state.done.map { past(it, state) })

    private fun group(title: Int, lines: List<Line>): List<Item> =
        if (lines.isEmpty()) emptyList() else listOf(Heading(resources.getString(title))) + lines

    private fun live(state: ExperimentsState): Line? {
        val live = state.live ?: return null
        val isPaused = live.state.phase == RunPhase.PAUSED
        return Line(
            id = Lead.Live,
            title = claims.question(live.subject.claim),
            detail = over(live.state.over, live.state.trials),
            tags = if (isPaused) listOf(resources.getString(R.string.experiments_paused)) else emptyList(),
            target = Lead.Live,
        )
    }

    private fun question(claim: ClaimId) = Lead.Try(claim).let { Line(id = it, title = claims.question(claim), target = it) }

    private fun record() =
        Line(id = Lead.Record, title = resources.getString(R.string.experiments_record_line), target = Lead.Record)

    private fun past(past: PastExperiment, state: ExperimentsState): Line {
        val row = past.row
        val day = format.moment(row.started, state.now)
        return Line(
            id = Lead.Result(row.id),
            title = claims.question(row.subject.claim),
            detail = past.face.label,
            facts = resources.getString(R.string.facts_two, day, over(row.over, row.trials)),
            // What is not finished may still come out otherwise.
            tags = if (row.ended == null) emptyList() else listOf(resources.verdict(row.verdict)),
            icon = past.face.icon,
            hasIcon = true,
            target = Lead.Result(row.id),
        )
    }

    private fun over(over: Int, trials: Int) =
        resources.getString(R.string.experiments_over, format.count(over.toLong()), format.count(trials.toLong()))
}
