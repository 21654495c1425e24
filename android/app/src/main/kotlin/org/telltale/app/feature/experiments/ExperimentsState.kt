package org.telltale.app.feature.experiments

import java.time.Instant
import org.telltale.app.apps.Face
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.ExperimentRow
import org.telltale.app.engine.LiveRun

/** An experiment of the record, and how the app looks that it was about. */
data class PastExperiment(val row: ExperimentRow, val face: Face)

/** All that the list of experiments shows. */
data class ExperimentsState(
    val now: Instant,
    /** The one that goes on; null where none does. */
    val live: LiveRun? = null,
    val past: List<PastExperiment> = emptyList(),
    val isLoading: Boolean = true,
    val problem: String? = null,
) {
    /** Those that can go on; what goes on is none of them. */
    val unfinished: List<PastExperiment> get() = others.filter { it.row.ended == null }

    val done: List<PastExperiment> get() = others.filter { it.row.ended != null }

    private val others get() = past.filter { it.row.id != live?.state?.id }
}

/** What a line of the list leads to. */
sealed interface Lead {
    data object Live : Lead

    /** What the record tells without any experiment. */
    data object Record : Lead

    data class Try(val claim: ClaimId) : Lead

    data class Result(val id: Long) : Lead
}
