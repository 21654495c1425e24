package org.telltale.app.feature.claims

import android.os.Bundle
import android.view.View
import android.widget.ListView
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.Claim
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.Line
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.StateView
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.isPresent

/** What was claimed in public of Xiaomi's phones, and how each of it stands on this one; what was shown first. */
class ClaimsActivity : ScreenActivity<ClaimsState, ClaimsModel>() {
    private lateinit var head: View
    private lateinit var list: ItemList
    private val words by lazy { ClaimsWords(resources, format, parts.clock.zone) }

    override fun createModel() = ClaimsModel(parts.records, parts.clock, parts.background)

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.claims_title)
            leads(this@ClaimsActivity)
            action(R.drawable.ic_share, R.string.report_title) { startActivity(Screens.report(this@ClaimsActivity)) }
        }
        val content = view<ListView>(R.id.content)
        head = layoutInflater.inflate(R.layout.claims_header, content, false)
        content.addHeaderView(head, null, false)
        list = ItemList(content, onOpen = { startActivity(Screens.claim(this, it as String)) })
    }

    override fun render(state: ClaimsState) {
        val claims = state.claims.orEmpty()
        val summary = head.findViewById<TextView>(R.id.claims_summary)
        summary.isPresent = claims.isNotEmpty()
        summary.text = words.summary(claims)
        renderState(state, head.findViewById(R.id.claims_state))
        list.items = Group.entries.flatMap { group ->
            items(group, claims.filter { Standing.of(it).group == group }, state)
        }
    }

    private fun renderState(state: ClaimsState, view: StateView) = when {
        state.problem != null -> view.failed(state.problem, model::refresh)
        state.claims == null -> view.loading()
        state.claims.isEmpty() -> view.empty(R.drawable.ic_eye_off, getString(R.string.home_never_watched), null)
        else -> view.hide()
    }

    /** A group says how many there are: at a glance one sees what was shown, and what was not. */
    private fun items(group: Group, claims: List<Claim>, state: ClaimsState): List<Item> {
        if (claims.isEmpty()) return emptyList()
        val count = format.count(claims.size.toLong())
        val heading = Heading(getString(R.string.facts_two, getString(group.title), count))
        return listOf(heading) + claims.map { line(it, state) }
    }

    private fun line(claim: Claim, state: ClaimsState) = Line(
        id = claim.id,
        title = words.says(claim),
        detail = words.why(claim),
        facts = words.facts(claim, state.now),
        kind = words.standing(claim),
        tone = claim.tone,
        target = claim.id,
    )
}
