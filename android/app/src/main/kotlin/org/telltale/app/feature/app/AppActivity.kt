package org.telltale.app.feature.app

import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.provider.Settings
import android.widget.ListView
import android.widget.Toast
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.feature.host.WhySheet
import org.telltale.app.ui.EvidenceLines
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.Line
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.Words
import org.telltale.app.ui.isPresent

/** What one app did: to whom it reported, what else it talked to, and what it may do. */
class AppActivity : ScreenActivity<AppState, AppModel>() {
    private lateinit var header: AppHeader
    private lateinit var list: ItemList
    private lateinit var sheet: WhySheet
    private lateinit var experiment: android.view.View
    private lateinit var settings: android.view.View
    private val words by lazy { AppWords(resources, format) }

    override fun createModel(): AppModel {
        val permissions = PermissionReader(packageManager, resources.configuration.locales[0])
        val records = AppRecords(parts.records, parts.apps, permissions, parts.clock, Screens.appOf(intent))
        return AppModel(parts.engine, parts.rulebook, records, parts.background)
    }

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            leads(this@AppActivity)
            experiment = action(R.drawable.ic_experiment, R.string.experiments_with_app) { tryOut() }
            action(R.drawable.ic_share, R.string.app_share) { share() }
            settings = action(R.drawable.ic_settings, R.string.app_open_settings) { openSettings() }
        }
        val content = view<ListView>(R.id.content)
        header = AppHeader(content, words, format, parts.clock.zone)
        header.onPeriod = model::choose
        header.onMark = ::mark
        header.onRetry = model::refresh
        list = ItemList(
            content, near = model::near,
            onOpen = ::open, onExplain = { explain(it as String) },
        )
        sheet = WhySheet(this, format) { model.understood() }
        sheet.onMore = { host ->
            model.understood()
            startActivity(Screens.host(this, host))
        }
    }

    override fun render(state: AppState) {
        header.render(state)
        val isOneApp = state.summary?.run { face.isInstalled && owner?.packages?.size == 1 } == true
        listOf(experiment, settings).forEach { it.isPresent = isOneApp }
        list.items = items(state)
        sheet.render(state.why)
    }

    override fun onDestroy() {
        sheet.hide()
        super.onDestroy()
    }

    private fun items(state: AppState): List<Item> {
        val summary = state.summary ?: return emptyList()
        val byRow = (state.firstHosts + state.laterHosts).associateBy { it.row }
        val groups = HostGroups.of(state.firstHosts.map { it.row }, state.laterHosts.map { it.row })
        val hosts = groups.flatMap { (kind, rows) ->
            listOf(Heading(words.group(kind))) + rows.map { line(byRow.getValue(it), summary) }
        }
        val evidence = EvidenceLines(resources, format).of(summary.evidence, summary.now, EvidenceTarget)
        return evidence + if (state.isComplete) hosts + permissions(summary) else hosts
    }

    private data object EvidenceTarget

    private fun open(target: Any) = startActivity(
        if (target == EvidenceTarget) Screens.evidence(this, app = Screens.appOf(intent))
        else Screens.host(this, target as String),
    )

    private fun line(host: AppHost, summary: AppSummary): Line = Line(
        id = host.row.host,
        title = format.breakable(host.row.host),
        detail = words.reason(host.row),
        facts = words.facts(host, summary.now),
        count = host.row.finding?.let { format.short(host.row.amount.flows) },
        target = host.row.host,
        isExplained = host.row.finding != null,
    )

    private fun permissions(summary: AppSummary): List<Item> {
        if (summary.owner?.packages.isNullOrEmpty() || !summary.face.isInstalled) return emptyList()
        val held = summary.permissions
        val notable = held.notable.map { Line(it, it) }.ifEmpty {
            listOf(Line(R.string.app_no_permissions, getString(R.string.app_no_permissions)))
        }
        val others = Words(resources, format).count(R.plurals.app_other_permissions, held.others.toLong())
        val rest = listOf(Line(R.plurals.app_other_permissions, others)).filter { held.others > 0 }
        return listOf(Heading(getString(R.string.app_group_permissions))) + notable + rest
    }

    private fun explain(host: String) {
        val known = model.state.firstHosts + model.state.laterHosts
        known.find { it.row.host == host }?.let { model.explain(it.row) }
    }

    private fun share() {
        val text = Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, words.shared(model.state))
        startActivity(Intent.createChooser(text, null))
    }

    private fun tryOut() {
        val name = model.state.summary?.owner?.packages?.singleOrNull() ?: return
        startActivity(Screens.experiments(this, name))
    }

    private fun openSettings() {
        val name = model.state.summary?.owner?.packages?.singleOrNull() ?: return
        startActivity(Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", name, null)))
    }

    private fun mark() {
        val label = model.state.summary?.face?.label ?: return
        model.mark(getString(R.string.app_mark_text, label))
        val time = format.time(parts.clock.instant())
        Toast.makeText(this, getString(R.string.app_marked, time), Toast.LENGTH_SHORT).show()
    }
}
