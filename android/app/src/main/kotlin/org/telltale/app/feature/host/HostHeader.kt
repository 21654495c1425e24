package org.telltale.app.feature.host

import android.view.LayoutInflater
import android.view.View
import android.widget.ListView
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.ui.Format
import org.telltale.app.ui.Parties
import org.telltale.app.ui.StateView
import org.telltale.app.ui.Words
import org.telltale.app.ui.isPresent
import org.telltale.app.ui.setTextOrGone

/** What stands above a host's apps and flows: whose it is, what for, and where that is known from. */
class HostHeader(list: ListView, private val words: HostWords, private val format: Format) {
    private val root = LayoutInflater.from(list.context).inflate(R.layout.host_header, list, false)
    private val resources = list.resources
    private val terms = Words(resources, format)
    private val rules = RuleWords(resources, format)

    var onRetry: () -> Unit = {}

    init {
        list.addHeaderView(root, null, false)
    }

    fun render(state: HostState) {
        text(R.id.host_name).text = format.breakable(state.host)
        view<View>(R.id.host_card).isPresent = state.summary != null
        view<View>(R.id.host_sources_card).isPresent = state.summary != null
        state.summary?.let(::renderSummary)
        val stateView = view<StateView>(R.id.host_state)
        when {
            state.problem != null -> stateView.failed(state.problem) { onRetry() }
            state.summary == null -> stateView.loading()
            else -> stateView.hide()
        }
    }

    private fun renderSummary(summary: HostSummary) {
        val isFlagged = summary.row?.finding != null
        view<View>(R.id.host_card).setBackgroundResource(if (isFlagged) R.drawable.card_flag else R.drawable.card)
        val ink = resources.getColor(if (isFlagged) R.color.on_flag_soft else R.color.ink, root.context.theme)
        listOf(R.id.host_purpose, R.id.host_reason, R.id.host_tier).forEach { text(it).setTextColor(ink) }
        text(R.id.host_party).text = who(summary)
        text(R.id.host_purpose).text = words.purpose(summary)
        text(R.id.host_reason).text = words.reason(summary)
        text(R.id.host_tier).setTextOrGone(summary.row?.finding?.tier?.let(terms::tier))
        text(R.id.host_facts).setTextOrGone(summary.row?.let { words.facts(it, summary.now) })
        text(R.id.host_sources).text = rules.sources(summary.explanation)
        text(R.id.host_network).setTextOrGone(summary.explanation.network?.let(rules::network))
        view<View>(R.id.host_network_title).isPresent = summary.explanation.network != null
    }

    /** `Xiaomi · Singapore`, as far as it is known. */
    private fun who(summary: HostSummary): String {
        val key = summary.row?.party ?: summary.explanation.rule?.party
        val party = key?.let { Parties.name(it, resources) } ?: resources.getString(R.string.host_nobody)
        val country = summary.country?.let(format::country) ?: return party
        return resources.getString(R.string.facts_two, party, country)
    }

    private fun text(id: Int): TextView = view(id)

    private fun <V : View> view(id: Int): V = requireNotNull(root.findViewById(id))
}
