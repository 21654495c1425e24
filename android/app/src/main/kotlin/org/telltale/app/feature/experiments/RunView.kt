package org.telltale.app.feature.experiments

import android.content.res.Resources
import android.view.View
import android.widget.Button
import android.widget.Chronometer
import android.widget.ImageView
import android.widget.ProgressBar
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.engine.LiveRun
import org.telltale.app.engine.RunPhase
import org.telltale.app.engine.Step
import org.telltale.app.ui.isPresent
import org.telltale.app.ui.setTextOrGone

/** What is to be done about the step that goes on. */
enum class Act { OPEN_APP, COPY_AND_OPEN, DONE, OPEN_AGAIN, GO_ON, SHOW_RESULT }

/** The views of a running experiment. */
class RunView(private val root: View, private val words: RunWords) {
    private val resources: Resources get() = root.resources
    private val claims = ClaimWords(root.resources)
    private val clock = view<Chronometer>(R.id.run_clock).apply { isCountDown = true }

    var onAct: (Act) -> Unit = {}

    fun render(screen: RunScreen) {
        val live = screen.live ?: return
        val app = screen.face?.label ?: live.subject.app
        renderSubject(screen, live, app)
        text(R.id.run_title).text = words.title(live, app)
        text(R.id.run_detail).setTextOrGone(words.detail(live, app))
        text(R.id.run_problem).setTextOrGone(problem(screen, live, app))
        text(R.id.run_marker).setTextOrGone(marker(live))
        renderClock(live)
        renderCourse(live)
        renderActs(acts(live), app)
        buttonsPresent(live)
    }

    private fun renderSubject(screen: RunScreen, live: LiveRun, app: String) {
        val icon = view<ImageView>(R.id.run_icon)
        if (screen.face?.icon == null) icon.setImageResource(R.drawable.app_plain) else icon.setImageDrawable(screen.face.icon)
        text(R.id.run_app).text = app
        text(R.id.run_question).text = claims.question(live.subject.claim)
    }

    private fun problem(screen: RunScreen, live: LiveRun, app: String): String? =
        if (screen.cannotOpen) resources.getString(R.string.experiments_no_opener, app) else live.state.problem

    /** Long texts are copied, not read: the beginning tells one from the next. */
    private fun marker(live: LiveRun): String? {
        val marker = (live.state.step as? Step.Ask)?.marker?.takeIf { live.state.phase == RunPhase.RUNNING } ?: return null
        return if (marker.length <= MARKER_SHOWN) marker else marker.take(MARKER_SHOWN) + "…"
    }

    private fun renderClock(live: LiveRun) {
        val wait = (live.state.step as? Step.Wait)?.takeIf { live.state.phase == RunPhase.RUNNING }
        clock.isPresent = wait != null
        clock.stop()
        if (wait == null) return
        clock.base = live.toldAt + wait.endsIn.toMillis()
        clock.start()
    }

    private fun renderCourse(live: LiveRun) {
        text(R.id.run_course).text = words.course(live.state)
        view<ProgressBar>(R.id.run_progress).apply {
            max = live.state.trials.coerceAtLeast(1)
            progress = live.state.over
        }
    }

    private fun acts(live: LiveRun): List<Act> = when (live.state.phase) {
        RunPhase.PAUSED -> listOf(Act.GO_ON)
        RunPhase.OVER, RunPhase.INTERRUPTED -> listOf(Act.SHOW_RESULT)
        RunPhase.RUNNING -> when (val step = live.state.step) {
            is Step.Open -> if (step.isOverdue) listOf(Act.OPEN_AGAIN) else emptyList()
            is Step.Ask -> listOf(if (step.marker == null) Act.OPEN_APP else Act.COPY_AND_OPEN, Act.DONE)
            is Step.SetUp -> listOf(Act.OPEN_APP, Act.DONE)
            is Step.Visiting, is Step.Wait, Step.Background, Step.Nothing -> emptyList()
        }
    }

    private fun renderActs(acts: List<Act>, app: String) {
        listOf(R.id.run_first_act, R.id.run_second_act).map { view<Button>(it) }.forEachIndexed { at, button ->
            val act = acts.getOrNull(at)
            button.setTextOrGone(act?.let { resources.getString(word(it), app) })
            button.setOnClickListener { act?.let(onAct) }
        }
    }

    private fun word(act: Act) = when (act) {
        Act.OPEN_APP -> R.string.experiments_open_app
        Act.COPY_AND_OPEN -> R.string.experiments_copy_open
        Act.DONE -> R.string.experiments_ready
        Act.OPEN_AGAIN -> R.string.experiments_open_again
        Act.GO_ON -> R.string.experiments_go_on
        Act.SHOW_RESULT -> R.string.results_title
    }

    private fun buttonsPresent(live: LiveRun) {
        val isRunning = live.state.phase == RunPhase.RUNNING
        view<View>(R.id.run_pause).isPresent = isRunning
        view<View>(R.id.run_skip).isPresent = isRunning && live.state.trial > 0
        view<View>(R.id.run_repeat).isPresent = isRunning && live.state.trial > 0
        view<View>(R.id.run_end).isPresent = live.state.isGoingOn
        view<View>(R.id.run_stay).isPresent = live.state.isGoingOn
    }

    private fun text(id: Int): TextView = view(id)

    private fun <V : View> view(id: Int): V = requireNotNull(root.findViewById(id))

    private companion object {
        const val MARKER_SHOWN = 60
    }
}
