package org.telltale.app.engine

import java.time.Duration
import java.time.Instant

/** A claim that was made in public, by its number in docs/method.md. */
enum class ClaimId { C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12 }

/** What is asked of an experiment: which claim, and of which package. */
data class Subject(val claim: ClaimId, val app: String)

/** What pages of an experiment say, in the owner's language. */
data class PageText(val opened: String, val goBack: String)

/** An experiment to begin; a short one takes about ten minutes. */
data class ExperimentRequest(val subject: Subject, val isShort: Boolean, val pageText: PageText)

/** How a claim is tried: by texts of different length, by counting, or not at all, only by looking. */
enum class PlanKind { LENGTH, COUNT, WATCH }

/** What an experiment will take. */
data class PlanSummary(
    val kind: PlanKind,
    /** Addresses are opened, and the person is asked for nothing but to come back. */
    val opensAddresses: Boolean,
    val trials: Int,
    /** At least; where a person acts, it takes as long as the person does. */
    val length: Duration,
    /** Settings that are compared, one after the other. */
    val settings: Int,
    /** Pages or actions in a trial. */
    val visits: Int,
)

/** What can be said in the end. */
enum class Verdict {
    UPLOADED, NOT_UPLOADED, UNDECIDED, CONSISTENT_WITH, NOT_SEEN, CONFIRMED, CONTRADICTED, NOT_OBSERVABLE
}

/** Why nothing can be said. */
enum class Doubt { TOO_FEW_TRIALS, NOTHING_SENT, LUMPS, NOISE }

/** An experiment in the record. */
data class ExperimentRow(
    val id: Long,
    val subject: Subject,
    val started: Instant,
    /** Null while it can go on. */
    val ended: Instant?,
    /** Trials that are over, of [trials]. */
    val over: Int,
    val trials: Int,
    val verdict: Verdict,
    /** Every trial was done or left out. */
    val isComplete: Boolean,
)

/** An estimate with the interval in which it lies; [high] is null where there is no upper end. */
data class Interval(val estimate: Double?, val low: Double, val high: Double?)

/** What trials of actions against waits have come to. */
data class Counted(
    val actions: Int,
    val waits: Int,
    /** Mean bytes after an action, and after a wait. */
    val bytesAfterAction: Double,
    val bytesAfterWait: Double,
    /** How much more often anything was sent after actions; interval of 95 %. */
    val ratio: Interval,
)

/** What trials of texts of different length have come to. */
data class Sized(
    /** Characters that were shown, and bytes that were sent meanwhile. */
    val characters: Double,
    val bytes: Double,
    /** Bytes per character, with an interval of 99 %; null where it is not known. */
    val slope: Interval?,
    /** The least bytes per character that would have been seen. */
    val detectable: Double,
    /** The longest beginning of a text that might have gone unseen, in characters. */
    val unseen: Double,
    /** English names of encodings that fit. */
    val encodings: List<String>,
    /** After about so many characters texts were cut off. */
    val cutOff: Double?,
)

/** What one setting has come to, for one kind of hosts. */
data class Measured(
    val verdict: Verdict,
    val doubt: Doubt?,
    val trials: Int,
    /** The chance of such an agreement if there was nothing. */
    val chance: Double,
    /** One of these two. */
    val sized: Sized?,
    val counted: Counted?,
    /** So many further trials would probably decide it. */
    val further: Int?,
)

/** How much more is sent than in the first setting: bytes per character, or per action; give or take [halfWidth]. */
data class Difference(val estimate: Double, val halfWidth: Double?)

/** One setting. Hosts that no list knows are judged by themselves. */
data class CellResult(val collectors: Measured, val unknown: Measured, val difference: Difference? = null)

/** One trial: what was shown (characters, or 1 for an action and 0 for a wait), and what was sent after it. */
data class TrialPoint(val cell: Int, val amount: Double, val bytes: Double)

/** All that came of an experiment. */
data class ExperimentResult(
    val row: ExperimentRow,
    val cells: List<CellResult>,
    val points: List<TrialPoint>,
    /** Bytes that went to collectors while nothing was done, per minute; null where that was not measured. */
    val idleBytesPerMinute: Double?,
)

/** Experiments of this phone. Every call may wait, and throws a [RecordException] when it fails. */
interface Experiments {
    /** What an experiment of [claim] takes. */
    fun plan(claim: ClaimId, isShort: Boolean): PlanSummary

    /** Begins at once; only while the phone is watched, and one at a time. */
    fun begin(request: ExperimentRequest): ExperimentRun

    /** Goes on with one that was interrupted. */
    fun resume(id: Long, pageText: PageText): ExperimentRun

    /** The latest first. */
    fun rows(page: Page): List<ExperimentRow>

    /** Null where there is none of this number. */
    fun result(id: Long): ExperimentResult?
}
