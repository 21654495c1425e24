package org.telltale.app.feature.evidence

import android.os.Bundle
import android.view.View
import android.widget.ListView
import android.widget.TextView
import java.time.LocalDate
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.TelltaleApplication
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.StateView
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.setTextOrGone

/** What apps sent unencrypted, the latest first: of all, of one app, or to one host. */
class EvidenceActivity : ScreenActivity<EvidenceState, EvidenceModel>() {
    private lateinit var head: View
    private lateinit var list: ItemList
    private val words by lazy { EvidenceWords(resources, format) }

    override fun createModel(): EvidenceModel {
        val scope = Screens.evidenceScopeOf(intent)
        val records = EvidenceRecords(parts.records, parts.apps, scope)
        return EvidenceModel(scope, records, TelltaleApplication.of(this).settings, parts.clock, parts.background)
    }

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.evidence_title)
            leads(this@EvidenceActivity)
            action(R.drawable.ic_share, R.string.report_title) { startActivity(Screens.report(this@EvidenceActivity)) }
        }
        val content = view<ListView>(R.id.content)
        head = layoutInflater.inflate(R.layout.evidence_list_header, content, false)
        content.addHeaderView(head, null, false)
        list = ItemList(
            content, near = model::near,
            onOpen = { startActivity(Screens.request(this, it as RequestKey)) },
        )
    }

    override fun render(state: EvidenceState) {
        head.findViewById<TextView>(R.id.evidence_scope).setTextOrGone(words.scope(state))
        renderState(state, head.findViewById(R.id.evidence_state))
        list.items = items(state)
    }

    private fun renderState(state: EvidenceState, view: StateView) = when {
        state.problem != null -> view.failed(state.problem, model::refresh)
        state.isLoading -> view.loading()
        state.rows.isNotEmpty() -> view.hide()
        state.isKept -> view.empty(
            R.drawable.ic_eye, getString(R.string.evidence_empty), getString(R.string.evidence_empty_detail),
        )
        else -> view.empty(R.drawable.ic_eye_off, getString(R.string.evidence_off), getString(R.string.evidence_off_detail))
    }

    private fun items(state: EvidenceState): List<Item> {
        val today = state.now.atZone(parts.clock.zone).toLocalDate()
        val days = state.rows.groupBy { it.key.time.atZone(parts.clock.zone).toLocalDate() }
        return days.flatMap { (day, rows) -> listOf(heading(day, today)) + rows.map(words::line) }
    }

    private fun heading(day: LocalDate, today: LocalDate) = Heading(format.day(day, today))
}
