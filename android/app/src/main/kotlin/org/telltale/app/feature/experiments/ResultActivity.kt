package org.telltale.app.feature.experiments

import android.content.Intent
import android.os.Bundle
import android.view.View
import android.widget.ListView
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.feature.home.WatchSwitch
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.isPresent

/** What one experiment came to, with all its numbers, and what it does not prove. */
class ResultActivity : ScreenActivity<ResultState, ResultModel>() {
    private val watch = WatchSwitch(this)
    private lateinit var header: ResultHeader
    private lateinit var list: ItemList
    private lateinit var share: View
    private val words by lazy { ResultWords(resources, format) }
    private val items by lazy { ResultItems(resources, words, format) }

    override fun createModel() = ResultModel(
        Screens.experimentIdOf(intent), parts.experiments, parts.runs, parts.engine, parts.apps, parts.background,
    )

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.results_title)
            leads(this@ResultActivity)
            share = action(R.drawable.ic_share, R.string.app_share) { share() }
        }
        val content = view<ListView>(R.id.content)
        header = ResultHeader(content, words, format)
        header.onRetry = model::refresh
        header.onGoOn = ::goOn
        header.onAgain = ::again
        list = ItemList(content)
    }

    override fun render(state: ResultState) {
        header.render(state, parts.clock.instant())
        share.isPresent = state.detail != null
        list.items = state.detail?.let { items.of(it.result) }.orEmpty()
        if (state.hasBegun && !isFinishing) {
            startActivity(Screens.run(this))
            finish()
        }
    }

    @Deprecated("The framework offers nothing else without a library.")
    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        watch.isGranted(requestCode, resultCode)
    }

    private fun goOn() {
        if (model.state.isWatching) model.goOn(resources.pageText()) else watch.turnOn()
    }

    private fun again() {
        val subject = model.state.detail?.result?.row?.subject ?: return
        startActivity(Screens.experiment(this, subject.claim, subject.app))
    }

    private fun share() {
        val detail = model.state.detail ?: return
        val text = ResultText(resources, format).of(detail)
        val send = Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, text)
        startActivity(Intent.createChooser(send, null))
    }
}
