package org.telltale.app.feature.experiments

import android.app.AlertDialog
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.ClipboardManager
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.view.View
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.RunPhase
import org.telltale.app.engine.Step
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.TopBar

/** The experiment that goes on, step by step. */
class RunActivity : ScreenActivity<RunScreen, RunModel>() {
    private lateinit var content: RunView
    private var question: AlertDialog? = null

    override fun createModel() = RunModel(parts.runs, parts.apps, parts.background)

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.experiments_run)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.experiments_one)
            leads(this@RunActivity)
        }
        content = RunView(view(R.id.screen), RunWords(resources, format))
        content.onAct = ::act
        view<View>(R.id.run_pause).setOnClickListener { model.pause() }
        view<View>(R.id.run_skip).setOnClickListener { model.skip() }
        view<View>(R.id.run_repeat).setOnClickListener { model.repeat() }
        view<View>(R.id.run_end).setOnClickListener { model.askEnd(true) }
    }

    override fun render(state: RunScreen) {
        if (isFinishing) return
        if (state.live == null) return leave()
        content.render(state)
        if (state.isEnding) askEnd() else question?.dismiss()
        state.opening?.let { address -> model.opened(open(address)) }
        if (state.live.state.phase == RunPhase.OVER) showResult()
    }

    override fun onDestroy() {
        question?.dismiss()
        super.onDestroy()
    }

    private fun act(act: Act) = when (act) {
        Act.OPEN_APP -> openApp()
        Act.COPY_AND_OPEN -> {
            copyMarker()
            openApp()
        }
        Act.DONE -> model.done()
        Act.OPEN_AGAIN -> model.openAgain()
        Act.GO_ON -> model.goOn()
        Act.SHOW_RESULT -> showResult()
    }

    /** False where the app does not take addresses. */
    private fun open(address: String): Boolean = launch(
        Intent(Intent.ACTION_VIEW, Uri.parse(address)).addCategory(Intent.CATEGORY_BROWSABLE)
            .setPackage(model.state.live?.subject?.app).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK),
    )

    /** What has no way in of its own, such as the phone's first screen, is where that is. */
    private fun openApp() {
        val app = model.state.live?.subject?.app ?: return
        val home = Intent(Intent.ACTION_MAIN).addCategory(Intent.CATEGORY_HOME).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK)
        launch(packageManager.getLaunchIntentForPackage(app) ?: home)
    }

    private fun launch(intent: Intent): Boolean = try {
        startActivity(intent)
        true
    } catch (_: ActivityNotFoundException) {
        false
    } catch (_: SecurityException) {
        // It answers, but not to us.
        false
    }

    private fun copyMarker() {
        val marker = (model.state.live?.state?.step as? Step.Ask)?.marker ?: return
        val clip = ClipData.newPlainText(getString(R.string.experiments_one), marker)
        requireNotNull(getSystemService(ClipboardManager::class.java)).setPrimaryClip(clip)
    }

    /** The app was killed meanwhile: what there was is among those that can go on. */
    private fun leave() {
        startActivity(Screens.experiments(this))
        finish()
    }

    private fun showResult() {
        model.state.live?.state?.id?.let { startActivity(Screens.result(this, it)) }
        finish()
    }

    private fun askEnd() {
        if (question?.isShowing == true) return
        question = AlertDialog.Builder(this)
            .setTitle(R.string.experiments_end_question)
            .setMessage(R.string.experiments_end_detail)
            .setPositiveButton(R.string.experiments_end) { _, _ -> model.end() }
            .setNegativeButton(R.string.mark_cancel, null)
            .setOnCancelListener { model.askEnd(false) }
            .setOnDismissListener { if (!isChangingConfigurations) model.askEnd(false) }
            .show()
    }
}
