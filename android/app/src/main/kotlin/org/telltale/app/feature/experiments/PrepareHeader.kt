package org.telltale.app.feature.experiments

import android.view.LayoutInflater
import android.view.View
import android.widget.Button
import android.widget.ListView
import android.widget.RadioGroup
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.ui.isPresent
import org.telltale.app.ui.setTextOrGone

/** What is chosen before an experiment begins, what stands in its way, and the button that begins it. */
class PrepareHeader(list: ListView, private val items: PrepareItems) {
    private val root = LayoutInflater.from(list.context).inflate(R.layout.experiments_prepare, list, false)
    private val claims = ClaimWords(list.resources)

    var onApp: () -> Unit = {}
    var onShort: (Boolean) -> Unit = {}
    var onObstacle: (Obstacle) -> Unit = {}
    var onStart: () -> Unit = {}

    init {
        list.addHeaderView(root, null, false)
        view<View>(R.id.prepare_app).setOnClickListener { onApp() }
        view<View>(R.id.prepare_start).setOnClickListener { onStart() }
        view<RadioGroup>(R.id.prepare_length).setOnCheckedChangeListener { _, id -> onShort(id == R.id.prepare_short) }
    }

    fun render(state: PrepareState) {
        view<TextView>(R.id.prepare_question).text = claims.question(state.claim)
        view<TextView>(R.id.prepare_app_name).text = appName(state)
        view<RadioGroup>(R.id.prepare_length).check(if (state.isShort) R.id.prepare_short else R.id.prepare_thorough)
        view<TextView>(R.id.prepare_plan).setTextOrGone(items.length(state))
        view<TextView>(R.id.prepare_problem).setTextOrGone(state.problem)
        view<Button>(R.id.prepare_start).apply {
            isPresent = state.canStart || state.isStarting
            isEnabled = state.canStart
        }
        renderObstacle(Obstacle.of(state), state)
    }

    private fun appName(state: PrepareState): String? =
        if (state.apps?.isEmpty() == true) root.context.getString(R.string.experiments_no_app) else state.label

    private fun renderObstacle(obstacle: Obstacle?, state: PrepareState) {
        view<View>(R.id.prepare_obstacle).isPresent = obstacle != null
        if (obstacle == null) return
        view<TextView>(R.id.prepare_obstacle_text).text = root.context.getString(obstacle.text, state.label)
        val button = view<Button>(R.id.prepare_obstacle_button)
        button.setText(obstacle.way)
        button.setOnClickListener { onObstacle(obstacle) }
    }

    private fun <V : View> view(id: Int): V = requireNotNull(root.findViewById(id))
}

/** What has to be seen to before an experiment can begin: in words, and the way to it. */
enum class Obstacle(val text: Int, val way: Int) {
    ANOTHER(R.string.experiments_another, R.string.experiments_show),
    LEFT_OUT(R.string.experiments_left_out, R.string.leftout_title),
    NO_WATCH(R.string.experiments_watch, R.string.widget_start);

    companion object {
        fun of(state: PrepareState): Obstacle? = when {
            state.hasAnother -> ANOTHER
            state.isLeftOut -> LEFT_OUT
            !state.isWatching -> NO_WATCH
            else -> null
        }
    }
}
