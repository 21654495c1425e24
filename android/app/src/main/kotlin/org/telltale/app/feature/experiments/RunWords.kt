package org.telltale.app.feature.experiments

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.LiveRun
import org.telltale.app.engine.RunPhase
import org.telltale.app.engine.RunState
import org.telltale.app.engine.Step
import org.telltale.app.engine.Subject
import org.telltale.app.engine.WaitReason
import org.telltale.app.ui.Format

/** What goes on in an experiment, in words. */
class RunWords(private val resources: Resources, private val format: Format) {
    private val claims = ClaimWords(resources)

    /** What goes on now, or is to be done; [app] is how the app under test is called. */
    fun title(live: LiveRun, app: String): String = when (live.state.phase) {
        RunPhase.PAUSED -> text(R.string.experiments_paused)
        RunPhase.INTERRUPTED -> text(R.string.experiments_interrupted)
        RunPhase.OVER -> text(R.string.experiments_turn_over)
        RunPhase.RUNNING -> title(live.state.step, live.subject, app)
    }

    /** What else there is to know of it; null where nothing is. */
    fun detail(live: LiveRun, app: String): String? = when (live.state.phase) {
        RunPhase.PAUSED -> text(R.string.experiments_paused_detail)
        RunPhase.INTERRUPTED -> text(R.string.experiments_interrupted_detail)
        RunPhase.OVER -> null
        RunPhase.RUNNING -> detail(live.state.step, live.subject, app)
    }

    /** What a notification asks for. */
    fun turn(live: LiveRun, app: String): String = when (live.state.step) {
        is Step.Open -> text(R.string.experiments_turn_open)
        Step.Background -> text(R.string.experiments_turn_back)
        else -> title(live, app)
    }

    /** `Trial 3 of 15 · At least 7 min left`. */
    fun course(state: RunState): String {
        val trial = if (state.trial == 0) text(R.string.experiments_first)
        else resources.getString(R.string.experiments_trial, number(state.trial), number(state.trials))
        if (!state.isGoingOn) return trial
        val left = resources.getString(R.string.experiments_left, format.duration(state.left))
        return resources.getString(R.string.facts_two, trial, left)
    }

    private fun title(step: Step, subject: Subject, app: String): String = when (step) {
        is Step.Open -> resources.getString(
            if (step.isOverdue) R.string.experiments_overdue else R.string.experiments_opening, app,
        )
        is Step.Ask -> claims.ask(subject.claim, app) ?: text(R.string.experiments_moment)
        is Step.SetUp -> text(R.string.experiments_set_up)
        is Step.Visiting ->
            resources.getString(R.string.experiments_visiting, number(step.visit), number(step.visits))
        is Step.Wait -> text(if (step.reason.isIdle) R.string.experiments_idle else R.string.experiments_waiting)
        Step.Background, Step.Nothing -> text(R.string.experiments_moment)
    }

    private fun detail(step: Step, subject: Subject, app: String): String? = when (step) {
        is Step.Open -> if (step.isOverdue) text(R.string.experiments_overdue_detail) else null
        is Step.Ask -> ask(step)
        is Step.SetUp -> claims.setUp(subject.claim, step.setting)
        is Step.Visiting -> resources.getString(R.string.experiments_visiting_detail, app)
        is Step.Wait -> wait(step.reason, app)
        Step.Background, Step.Nothing -> null
    }

    private fun ask(step: Step.Ask): String {
        val detail = text(R.string.experiments_ask_detail)
        if (step.times <= 1) return detail
        return resources.getString(R.string.experiments_times, number(step.done), number(step.times)) + "\n" + detail
    }

    private fun wait(reason: WaitReason, app: String): String = when (reason) {
        WaitReason.BASELINE -> resources.getString(R.string.experiments_baseline, app)
        WaitReason.SHAM -> text(R.string.experiments_sham)
        WaitReason.FLUSH -> text(R.string.experiments_flush)
        WaitReason.BACKGROUND -> resources.getString(R.string.experiments_background, app)
        WaitReason.SETTLE -> text(R.string.experiments_settle)
    }

    private val WaitReason.isIdle get() = this == WaitReason.BASELINE || this == WaitReason.SHAM

    private fun number(count: Int) = format.count(count.toLong())

    private fun text(id: Int) = resources.getString(id)
}
