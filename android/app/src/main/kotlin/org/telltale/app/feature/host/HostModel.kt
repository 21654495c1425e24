package org.telltale.app.feature.host

import java.time.Clock
import org.telltale.app.apps.AppDirectory
import org.telltale.app.engine.Background
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records
import org.telltale.app.engine.Rulebook
import org.telltale.app.ui.EvidenceGlance
import org.telltale.app.ui.PageSource
import org.telltale.app.ui.Pages
import org.telltale.app.ui.ScreenModel

/** What the screen of a host asks of the record and of the rulebook. Everything here may wait. */
class HostRecords(
    private val records: Records,
    private val rulebook: Rulebook,
    private val apps: AppDirectory,
    private val clock: Clock,
    private val host: String,
) {
    fun summary() = HostSummary(
        // A host and what lies below it: the one that was asked for is not always the first.
        row = records.hosts(Query(host = host), Page(0, Pages.SIZE)).find { it.host == host },
        explanation = rulebook.explain(host),
        apps = records.apps(Query(host = host), Page(0, Pages.SIZE)).map { HostApp(it, apps.describe(it.owner)) },
        country = records.flows(Query(host = host), Page(0, 1)).firstOrNull()?.country,
        evidence = EvidenceGlance.of(records, Query(host = host)),
        now = clock.instant(),
    )

    val flows: PageSource<HostFlow> = PageSource.of { page ->
        records.flows(Query(host = host), page).map { HostFlow(it, apps.describe(it.owner)) }
    }
}

/** What the screen of a host shows. */
class HostModel(host: String, private val records: HostRecords, background: Background) :
    ScreenModel<HostState>(HostState(host), background) {
    private val pages: Pages<HostFlow> = Pages(background, records.flows) { show() }

    override fun onStart() = refresh()

    override fun close() {
        pages.close()
        super.close()
    }

    fun refresh() {
        ask("summary", records::summary) { outcome ->
            outcome.onSuccess { summary -> change { it.copy(summary = summary, problem = null) } }
            outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty()) } }
        }
        pages.refresh()
    }

    /** The line at [position] of the list is looked at; there are at least as many lines as flows. */
    fun near(position: Int) = pages.near(position)

    private fun show() {
        if (pages.isLoading) return
        change {
            it.copy(
                flows = pages.rows, isComplete = pages.isComplete,
                problem = pages.problem?.run { message.orEmpty() } ?: it.problem,
            )
        }
    }
}
