package org.telltale.app.engine

import java.time.Duration
import java.time.Instant
import org.telltale.core.CellDifference
import org.telltale.core.CellResult as CoreCellResult
import org.telltale.core.CountNumbers
import org.telltale.core.ExperimentRequest as CoreRequest
import org.telltale.core.ExperimentResult as CoreResult
import org.telltale.core.ExperimentRow as CoreRow
import org.telltale.core.Interval as CoreInterval
import org.telltale.core.Measured as CoreMeasured
import org.telltale.core.PageText as CorePageText
import org.telltale.core.PlanSummary as CorePlanSummary
import org.telltale.core.RunState as CoreRunState
import org.telltale.core.Step as CoreStep

// The app's types of experiments from those of the binding, and back.

internal fun ExperimentRequest.toCore() = CoreRequest(subject.claim.named(), subject.app, isShort)

internal fun PageText.toCore() = CorePageText(opened = opened, backToTelltale = goBack)

internal fun CorePlanSummary.toApp() = PlanSummary(
    kind = kind.named(),
    opensAddresses = opensAddresses,
    trials = trials.toInt(),
    length = Duration.ofSeconds(seconds.toLong()),
    settings = settings.toInt(),
    visits = visits.toInt(),
)

internal fun CoreRunState.toApp() = RunState(
    version = version.toLong(),
    id = id,
    phase = phase.named(),
    step = step.toApp(),
    trial = trial.toInt(),
    trials = trials.toInt(),
    over = over.toInt(),
    left = Duration.ofMillis(leftMs.toLong()),
    problem = problem,
)

private fun CoreStep.toApp(): Step = when (this) {
    is CoreStep.Open -> Step.Open(address, isOverdue)
    is CoreStep.Ask -> Step.Ask(marker, times.toInt(), done.toInt())
    is CoreStep.SetUp -> Step.SetUp(setting.toInt())
    is CoreStep.Background -> Step.Background
    is CoreStep.Visiting -> Step.Visiting(visit.toInt(), visits.toInt())
    is CoreStep.Wait -> Step.Wait(why.named(), Duration.ofMillis(endsInMs.toLong()))
    is CoreStep.Nothing -> Step.Nothing
}

internal fun CoreRow.toApp() = ExperimentRow(
    id = id,
    subject = Subject(claim.named(), app),
    started = Instant.ofEpochMilli(started),
    ended = ended?.let(Instant::ofEpochMilli),
    over = over.toInt(),
    trials = trials.toInt(),
    verdict = verdictOf(verdict),
    isComplete = isComplete,
)

internal fun CoreResult.toApp() = ExperimentResult(
    row = row.toApp(),
    cells = cells.map { cell -> cell.toApp(differences.find { it.cell == cell.name }) },
    points = points.map { TrialPoint(it.cell.toInt(), it.amount, it.bytes) },
    idleBytesPerMinute = idleBytesPerMinute,
)

private fun CoreCellResult.toApp(difference: CellDifference?) =
    CellResult(collectors.toApp(), unknown.toApp(), difference?.run { Difference(estimate, halfWidth) })

private fun CoreMeasured.toApp() = Measured(
    verdict = verdictOf(verdict),
    doubt = doubt?.let { word -> Doubt.entries.find { it.name == constant(word) } },
    trials = trials.toInt(),
    chance = p,
    sized = sized(),
    counted = counts?.toApp(),
    further = further?.toInt(),
)

/** Null of a test that counts. */
private fun CoreMeasured.sized(): Sized? = Sized(
    characters = characters ?: return null,
    bytes = bytes ?: return null,
    slope = slope?.toApp(),
    detectable = detectable ?: return null,
    unseen = unseen ?: return null,
    encodings = encodings,
    cutOff = cutOff,
)

private fun CoreInterval.toApp() = Interval(estimate, low, high)

private fun CountNumbers.toApp() = Counted(
    actions = actions.toInt(),
    waits = shams.toInt(),
    bytesAfterAction = bytesAfterAction,
    bytesAfterWait = bytesAfterSham,
    ratio = Interval(ratio, ratioLow, ratioHigh),
)

/** One that is not known here decides nothing. */
private fun verdictOf(word: String) = Verdict.entries.find { it.name == constant(word) } ?: Verdict.UNDECIDED

/** `not-uploaded` as a constant is called. */
private fun constant(word: String) = word.uppercase().replace('-', '_')
