package org.telltale.app.feature.export

import android.content.Intent
import android.os.Bundle
import android.view.View
import android.widget.Button
import android.widget.RadioGroup
import android.widget.Switch
import android.widget.TextView
import java.io.File
import org.telltale.app.R
import org.telltale.app.engine.ExportFormat
import org.telltale.app.ui.Periods
import org.telltale.app.ui.PickedDestination
import org.telltale.app.ui.Place
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.SharedFiles
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.isPresent
import org.telltale.app.ui.setRowGround
import org.telltale.app.ui.setTextOrGone

/** Takes the record away as a file: to another app, or to a place of the owner's. */
class ExportActivity : ScreenActivity<ExportState, ExportModel>() {
    private val words by lazy { ExportWords(resources, format) }

    override fun createModel() =
        ExportModel(parts, Exporter(parts.records, SharedFiles.folder(applicationContext), parts.clock))

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.export)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.export_title)
            leads(this@ExportActivity)
        }
        view<Periods>(R.id.choice_period).onChoose = { period -> edit { it.copy(period = period) } }
        view<RadioGroup>(R.id.export_format).setOnCheckedChangeListener { _, id ->
            edit { it.copy(format = if (id == R.id.export_csv) ExportFormat.CSV else ExportFormat.JSON_LINES) }
        }
        // The line below it belongs to the same group.
        view<View>(R.id.choice_app).setRowGround(Place.FIRST)
        view<View>(R.id.choice_app).setOnClickListener { askApp() }
        view<View>(R.id.export_flagged).setOnClickListener { edit { it.copy(flaggedOnly = !it.flaggedOnly) } }
        view<View>(R.id.export_share).setOnClickListener { model.share() }
        view<View>(R.id.export_save).setOnClickListener { askPlace() }
    }

    override fun render(state: ExportState) {
        val choice = state.choice
        view<Periods>(R.id.choice_period).period = choice.period
        view<RadioGroup>(R.id.export_format)
            .check(if (choice.format == ExportFormat.CSV) R.id.export_csv else R.id.export_json)
        view<TextView>(R.id.choice_app_name).text = words.app(state.app)
        view<Switch>(R.id.export_flagged_switch).isChecked = choice.flaggedOnly
        view<View>(R.id.export_wait).isPresent = state.isWriting
        listOf(R.id.export_share, R.id.export_save).forEach { view<Button>(it).isEnabled = !state.isWriting }
        view<TextView>(R.id.export_outcome).setTextOrGone(state.outcome?.let(words::outcome))
        (state.outcome as? ExportOutcome.Done)?.file?.let(::hand)
    }

    @Deprecated("The framework offers nothing else without a library.")
    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        val uri = data?.data ?: return
        if (requestCode == PLACE && resultCode == RESULT_OK) model.save(PickedDestination(contentResolver, uri))
    }

    private fun edit(next: (ExportChoice) -> ExportChoice) {
        if (next(model.state.choice) != model.state.choice) model.choose(next(model.state.choice))
    }

    private fun askApp() = AppDialog.show(this, words, model.state.apps.orEmpty(), model.state.choice.app) { key ->
        edit { it.copy(app = key) }
    }

    private fun askPlace() {
        val name = model.state.choice.format.kind.nameAt(parts.clock.instant().atZone(parts.clock.zone).toLocalDate())
        PickedDestination.ask(this, name, PLACE)
    }

    private fun hand(file: File) {
        model.shared()
        SharedFiles.hand(this, file, getString(R.string.export_share))
    }

    private companion object {
        const val PLACE = 1
    }
}
