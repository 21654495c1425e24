package org.telltale.app.feature.report

import android.content.Intent
import android.os.Bundle
import android.view.View
import android.webkit.WebView
import android.widget.Button
import android.widget.RadioGroup
import android.widget.Switch
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.apps.AppVersions
import org.telltale.app.ui.Periods
import org.telltale.app.ui.PickedDestination
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.SharedFiles
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.isPresent
import org.telltale.app.ui.setTextOrGone

/** Draws the record up as one page, to look at, to share or to keep. Without personal values, unless its owner says otherwise. */
class ReportActivity : ScreenActivity<ReportState, ReportModel>() {
    private val words by lazy { ReportWords(resources, format) }

    override fun createModel(): ReportModel {
        val phone = PhoneFacts(parts.apps, AppVersions.installed(applicationContext.packageManager))
        val reporter = Reporter(parts.records, phone, SharedFiles.folder(applicationContext), parts.clock)
        return ReportModel(reporter, parts.background)
    }

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.report)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.report_title)
            leads(this@ReportActivity)
        }
        view<Periods>(R.id.report_period).onChoose = { period -> edit { it.copy(period = period) } }
        view<RadioGroup>(R.id.report_redaction).setOnCheckedChangeListener { _, id -> choose(isInFull = id == R.id.report_full) }
        view<View>(R.id.report_phone).setOnClickListener { edit { it.copy(tellsPhone = !it.tellsPhone) } }
        view<View>(R.id.report_make).setOnClickListener { model.make() }
        view<View>(R.id.report_preview).setOnClickListener { withPage { startActivity(Screens.reportPage(this, it.file)) } }
        view<View>(R.id.report_share).setOnClickListener {
            withPage { SharedFiles.hand(this, it.file, getString(R.string.export_share)) }
        }
        view<View>(R.id.report_save).setOnClickListener { withPage { PickedDestination.ask(this, it.file.name, PLACE) } }
    }

    override fun render(state: ReportState) {
        view<Periods>(R.id.report_period).period = state.choice.period
        view<RadioGroup>(R.id.report_redaction).check(if (state.choice.isInFull) R.id.report_full else R.id.report_redacted)
        view<TextView>(R.id.report_redaction_detail).text = words.redaction(state.choice.isInFull)
        view<Switch>(R.id.report_phone_switch).isChecked = state.choice.tellsPhone
        val isFree = state.work == ReportWork.NONE
        view<View>(R.id.report_wait).isPresent = !isFree
        view<View>(R.id.report_make).isPresent = isFree && state.made == null
        view<View>(R.id.report_card).isPresent = state.made != null
        state.made?.let(::renderMade)
        listOf(R.id.report_preview, R.id.report_share, R.id.report_save).forEach { view<Button>(it).isEnabled = isFree }
        view<TextView>(R.id.report_outcome).setTextOrGone(words.outcome(state))
    }

    private fun renderMade(made: MadeReport) {
        view<TextView>(R.id.report_contents).text = words.contents(made.stamp)
        view<TextView>(R.id.report_facts).setTextOrGone(words.facts(made))
        view<TextView>(R.id.report_file).text = words.file(made)
        view<TextView>(R.id.report_hash).text = made.sha256
        // A phone may be without the part of the system that draws pages.
        view<View>(R.id.report_preview).isPresent = WebView.getCurrentWebViewPackage() != null
    }

    @Deprecated("The framework offers nothing else without a library.")
    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        val uri = data?.data ?: return
        if (requestCode == PLACE && resultCode == RESULT_OK) model.save(PickedDestination(contentResolver, uri))
    }

    private fun choose(isInFull: Boolean) {
        if (isInFull == model.state.choice.isInFull) return
        if (!isInFull) return edit { it.copy(isInFull = false) }
        FullDialog.show(this) { isMeant ->
            edit { it.copy(isInFull = isMeant) }
            render(model.state)
        }
    }

    private fun edit(next: (ReportChoice) -> ReportChoice) = model.choose(next(model.state.choice))

    private fun withPage(work: (MadeReport) -> Unit) {
        model.ready()?.let(work)
    }

    private companion object {
        const val PLACE = 1
    }
}
