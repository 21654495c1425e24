package org.telltale.app.feature.export

import android.app.AlertDialog
import android.os.Bundle
import android.view.View
import android.widget.Button
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.ui.Periods
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.isPresent
import org.telltale.app.ui.setTextOrGone

/** Forgets an app, a period, or all, after it has said what that costs. */
class EraseActivity : ScreenActivity<EraseState, EraseModel>() {
    private val words by lazy { ExportWords(resources, format) }

    override fun createModel() = EraseModel(parts)

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.erase)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.erase_title)
            leads(this@EraseActivity)
        }
        view<Periods>(R.id.choice_period).onChoose = { period -> model.choose(model.state.choice.copy(period = period)) }
        view<View>(R.id.choice_app).setOnClickListener {
            AppDialog.show(this, words, model.state.apps.orEmpty(), model.state.choice.app) { key ->
                model.choose(model.state.choice.copy(app = key))
            }
        }
        view<View>(R.id.erase_now).setOnClickListener { confirm() }
    }

    override fun render(state: EraseState) {
        view<Periods>(R.id.choice_period).period = state.choice.period
        view<TextView>(R.id.choice_app_name).text = words.app(state.app)
        val unknown = if (state.problem == null) R.string.erase_counting else R.string.state_failed
        view<TextView>(R.id.erase_loss).text = state.loss?.let(words::loss) ?: getString(unknown)
        view<View>(R.id.erase_wait).isPresent = state.isErasing
        view<Button>(R.id.erase_now).isEnabled = state.canErase
        val outcome = state.problem?.let { getString(R.string.erase_failed, it) }
        view<TextView>(R.id.erase_outcome).setTextOrGone(outcome ?: getString(R.string.erase_done).takeIf { state.isDone })
    }

    private fun confirm() {
        val loss = model.state.loss ?: return
        AlertDialog.Builder(this)
            .setTitle(R.string.erase_confirm)
            .setMessage(getString(R.string.erase_confirm_detail, words.loss(loss)))
            .setPositiveButton(R.string.erase_now) { _, _ -> model.erase() }
            .setNegativeButton(R.string.mark_cancel, null)
            .show()
    }
}
