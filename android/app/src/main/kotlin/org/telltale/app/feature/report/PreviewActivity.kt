package org.telltale.app.feature.report

import android.os.Bundle
import android.view.View
import android.webkit.WebView
import java.io.File
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.Background
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.ScreenModel
import org.telltale.app.ui.SharedFiles
import org.telltale.app.ui.StateView
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.isPresent

/** The page as it was read; neither is known at first. */
data class PreviewState(val page: String? = null, val isGone: Boolean = false)

/** Reads [file] once. */
class PreviewModel(private val file: File, background: Background) : ScreenModel<PreviewState>(PreviewState(), background) {
    override fun onStart() {
        if (state.page == null) ask("page", { file.readText() }) { outcome ->
            change { PreviewState(outcome.getOrNull(), isGone = outcome.isFailure) }
        }
    }
}

/** A report as it will be read by whoever gets it. */
class PreviewActivity : ScreenActivity<PreviewState, PreviewModel>() {
    private var shown: String? = null

    override fun createModel() =
        PreviewModel(File(SharedFiles.folder(applicationContext), Screens.reportFileOf(intent)), parts.background)

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.report_preview)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.report_title)
            leads(this@PreviewActivity)
        }
    }

    override fun render(state: PreviewState) {
        view<View>(R.id.preview_page).isPresent = state.page != null
        val stateView = view<StateView>(R.id.preview_state)
        when {
            state.isGone -> stateView.empty(R.drawable.ic_warning, getString(R.string.report_gone), null)
            state.page == null -> stateView.loading()
            else -> stateView.hide()
        }
        if (state.page == null || shown == state.page) return
        shown = state.page
        PageView.show(view<WebView>(R.id.preview_page), state.page)
    }
}
