package org.telltale.app.engine

import java.time.Duration

/** Whether an experiment goes on. [INTERRUPTED]: the watch has ended, and it can go on with another one. */
enum class RunPhase { RUNNING, PAUSED, OVER, INTERRUPTED }

/** What a wait is for: what is sent at rest, in place of an action, after it, in the background, and what is late. */
enum class WaitReason { BASELINE, SHAM, FLUSH, BACKGROUND, SETTLE }

/** What goes on now. */
sealed interface Step {
    /** The browser is to open this; overdue where it was told to, but nobody has asked for the page. */
    data class Open(val address: String, val isOverdue: Boolean) : Step

    /** The person does what the claim is about, with this text where there is one; [done] of [times]. */
    data class Ask(val marker: String?, val times: Int, val done: Int) : Step

    /** The person makes the setting with this index. */
    data class SetUp(val setting: Int) : Step

    /** The app under test has to leave the screen: the person comes back to Telltale. */
    data object Background : Step

    /** Pages lead on by themselves. */
    data class Visiting(val visit: Int, val visits: Int) : Step

    data class Wait(val reason: WaitReason, val endsIn: Duration) : Step

    data object Nothing : Step
}

/** How an experiment stands. */
data class RunState(
    /** Another one whenever something has happened. */
    val version: Long,
    /** Its number in the record, once it has one. */
    val id: Long?,
    val phase: RunPhase,
    val step: Step,
    /** From 1; 0 before the first. */
    val trial: Int,
    val trials: Int,
    /** Trials that are over. */
    val over: Int,
    /** What the rest takes at least. */
    val left: Duration,
    val problem: String?,
) {
    val isGoingOn: Boolean get() = phase == RunPhase.RUNNING || phase == RunPhase.PAUSED
}

/** An experiment at work. Calls may wait for one another, and throw a [RecordException] when they fail. */
interface ExperimentRun : AutoCloseable {
    fun state(): RunState

    /** Waits until there is another version than [seen], but not longer than [patience]. */
    fun awaitChange(seen: Long, patience: Duration): RunState

    /** What was asked for is done. */
    fun done()

    /** The address was handed to the browser. */
    fun opened()

    /** Leaves the present trial out. */
    fun skip()

    /** Does it again. */
    fun repeat()

    fun pause()

    fun goOn()

    /** Ends it for good, with what was done so far. */
    fun abort()
}
