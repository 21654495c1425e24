package org.telltale.app.sample

import java.time.Duration
import java.util.Random
import org.telltale.app.engine.CellResult
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.Counted
import org.telltale.app.engine.Difference
import org.telltale.app.engine.Doubt
import org.telltale.app.engine.ExperimentResult
import org.telltale.app.engine.ExperimentRow
import org.telltale.app.engine.Interval
import org.telltale.app.engine.Measured
import org.telltale.app.engine.Sized
import org.telltale.app.engine.Subject
import org.telltale.app.engine.TrialPoint
import org.telltale.app.engine.Verdict

/** What experiments of all kinds may have come to. */
object SampleResults {
    const val UPLOADED = 1L
    const val NOT_UPLOADED = 2L
    const val NOISE = 3L
    const val INTERRUPTED = 4L
    const val COUNTED = 5L
    const val SETTINGS = 6L
    const val SWITCHED = 7L
    const val ABORTED = 8L

    private val random = Random(11)

    private val sent = sized(Verdict.UPLOADED, 1.12, 0.06)
    private val silent = sized(Verdict.NOT_UPLOADED, 0.02, 0.05)
    private val drowned = sized(Verdict.UNDECIDED, 0.3, 0.9).copy(doubt = Doubt.NOISE, further = 34)
    private val few = sized(Verdict.UNDECIDED, 0.0, 0.0).run {
        copy(doubt = Doubt.TOO_FEW_TRIALS, further = 12, trials = 4, sized = sized?.copy(slope = null))
    }
    private val nothing = few.copy(doubt = Doubt.NOTHING_SENT, further = null)

    val ALL: List<ExperimentResult> = listOf(
        one(UPLOADED, ClaimId.C1, sent, points(1.12)),
        one(NOT_UPLOADED, ClaimId.C3, silent, points(0.0)),
        one(NOISE, ClaimId.C1, drowned, points(0.3, noise = 60_000)),
        one(INTERRUPTED, ClaimId.C1, few, points(1.1, blocks = 1)).run {
            copy(row = row.copy(ended = null, over = 4, isComplete = false))
        },
        one(COUNTED, ClaimId.C4, counted(Verdict.CONSISTENT_WITH, 2_400.0), counts(2_400)),
        several(SETTINGS, ClaimId.C2, listOf(sent, nothing, sent, silent), Verdict.UPLOADED, ::lengthPoints),
        several(
            SWITCHED, ClaimId.C11, listOf(counted(Verdict.CONSISTENT_WITH, 3_100.0), counted(Verdict.NOT_SEEN, 90.0)),
            Verdict.CONSISTENT_WITH, ::countPoints,
        ),
        one(ABORTED, ClaimId.C6, nothing, emptyList()).run { copy(row = row.copy(over = 6, isComplete = false)) },
    )

    private fun one(id: Long, claim: ClaimId, measured: Measured, points: List<TrialPoint>) = ExperimentResult(
        row = row(id, claim, measured.verdict),
        cells = listOf(CellResult(measured, silent.copy(verdict = if (id == UPLOADED) Verdict.UPLOADED else measured.verdict))),
        points = points,
        idleBytesPerMinute = 820.0,
    )

    private fun several(
        id: Long, claim: ClaimId, cells: List<Measured>, verdict: Verdict, points: (Int, Measured) -> List<TrialPoint>,
    ) = ExperimentResult(
        row = row(id, claim, verdict),
        cells = cells.mapIndexed { at, cell -> CellResult(cell, silent, if (at == 0) null else difference(cells.first(), cell)) },
        points = cells.flatMapIndexed { at, cell -> points(at, cell) },
        idleBytesPerMinute = 820.0,
    )

    /** Nothing can be said where a slope is not known. */
    private fun difference(first: Measured, cell: Measured): Difference? {
        val (a, b) = listOf(first, cell).map { it.counted?.bytesAfterAction ?: it.sized?.slope?.estimate ?: return null }
        return Difference(b - a, if (cell.counted == null) 0.08 else null)
    }

    private fun row(id: Long, claim: ClaimId, verdict: Verdict): ExperimentRow {
        val started = SamplePhone.NOW - Duration.ofHours(7 * id)
        val app = if (claim == ClaimId.C6) "com.miui.player" else "com.mi.globalbrowser"
        return ExperimentRow(id, Subject(claim, app), started, started + Duration.ofMinutes(11), 15, 15, verdict, true)
    }

    private fun sized(verdict: Verdict, slope: Double, half: Double) = Measured(
        verdict = verdict, doubt = null, trials = 15, chance = if (verdict == Verdict.UPLOADED) 0.0004 else 0.41,
        sized = Sized(
            characters = 665_600.0, bytes = 742_000.0 * slope + 31_000, slope = Interval(slope, slope - half, slope + half),
            detectable = 0.11, unseen = 310.0,
            encodings = if (verdict == Verdict.UPLOADED) listOf("base64 of gzip, percent-encoded (Sensors for Android)") else emptyList(),
            cutOff = null,
        ),
        counted = null, further = null,
    )

    private fun counted(verdict: Verdict, after: Double) = Measured(
        verdict = verdict, doubt = null, trials = 60, chance = if (verdict == Verdict.CONSISTENT_WITH) 0.0 else 0.35, sized = null,
        counted = Counted(30, 30, after, 80.0, Interval(6.4, 2.13, if (verdict == Verdict.CONSISTENT_WITH) null else 30.2)),
        further = null,
    )

    private fun lengthPoints(cell: Int, measured: Measured) =
        points(measured.sized?.slope?.estimate ?: 0.0, noise = if (measured.doubt == null) 3_000 else 1).map { it.copy(cell = cell) }

    private fun countPoints(cell: Int, measured: Measured) =
        counts(measured.counted?.bytesAfterAction?.toInt() ?: 0).map { it.copy(cell = cell) }

    /** Each length once in each block. */
    private fun points(slope: Double, noise: Int = 3_000, blocks: Int = 5): List<TrialPoint> = (1..blocks).flatMap {
        listOf(0.0, 26_624.0, 106_496.0).map { TrialPoint(0, it, it * slope + 900 + random.nextInt(noise)) }
    }

    private fun counts(after: Int): List<TrialPoint> = (1..30).flatMap {
        listOf(
            TrialPoint(0, 0.0, if (random.nextInt(6) == 0) 500.0 else 0.0),
            TrialPoint(0, 1.0, (after / 2 + random.nextInt(after + 1)).toDouble()),
        )
    }
}
