package org.telltale.app.feature.host

import android.os.Bundle
import android.widget.ListView
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.Owner
import org.telltale.app.ui.EvidenceLines
import org.telltale.app.ui.Format
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.Line
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.TopBar

/** What a host is, why it is held for that, which apps talk to it, and each of their flows. */
class HostActivity : ScreenActivity<HostState, HostModel>() {
    private lateinit var header: HostHeader
    private lateinit var list: ItemList
    private val words by lazy { HostWords(resources, format) }

    override fun createModel(): HostModel {
        val host = Screens.hostOf(intent)
        return HostModel(host, HostRecords(parts.records, parts.rulebook, parts.apps, parts.clock, host), parts.background)
    }

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).leads(this)
        val content = view<ListView>(R.id.content)
        header = HostHeader(content, words, format)
        header.onRetry = model::refresh
        list = ItemList(
            content, near = model::near,
            onOpen = ::open,
        )
    }

    override fun render(state: HostState) {
        header.render(state)
        list.items = items(state)
    }

    private fun items(state: HostState): List<Item> {
        val summary = state.summary ?: return emptyList()
        val apps = summary.apps.map { appLine(it, format) }
        val flows = state.flows.map { flowLine(it, summary) }
        val gone = Line(R.string.host_flows_gone, getString(R.string.host_flows_gone))
        val evidence = EvidenceLines(resources, format).of(summary.evidence, summary.now, EvidenceTarget)
        return evidence + group(R.string.host_apps, apps) + group(R.string.host_flows, flows.ifEmpty { listOf(gone) })
    }

    private fun group(title: Int, lines: List<Line>): List<Item> =
        if (lines.isEmpty()) emptyList() else listOf(Heading(getString(title))) + lines

    private fun appLine(app: HostApp, format: Format) = Line(
        id = "app ${app.row.owner?.key}",
        title = app.face.label,
        detail = words.app(app.row),
        count = format.short(app.row.findings).takeIf { app.row.findings > 0 },
        icon = app.face.icon,
        hasIcon = true,
        target = AppTarget(app.row.owner),
    )

    private fun flowLine(item: HostFlow, summary: HostSummary) = Line(
        id = item.flow.id,
        title = getString(R.string.facts_two, format.exactMoment(item.flow.start, summary.now), item.face.label),
        detail = words.end(item.flow),
        facts = words.details(item.flow),
    )

    private fun open(target: Any) = startActivity(
        if (target is AppTarget) Screens.app(this, target.owner)
        else Screens.evidence(this, host = model.state.host),
    )

    private data object EvidenceTarget

    private data class AppTarget(val owner: Owner?)
}
