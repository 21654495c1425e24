package org.telltale.app.feature.evidence

import java.time.Clock
import org.telltale.app.apps.AppDirectory
import org.telltale.app.engine.Background
import org.telltale.app.engine.Evidence
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records
import org.telltale.app.settings.Settings
import org.telltale.app.ui.KindWords
import org.telltale.app.ui.PageSource
import org.telltale.app.ui.Pages
import org.telltale.app.ui.ScreenModel

/** What the list of evidence asks of the record. Everything here may wait. */
class EvidenceRecords(private val records: Records, private val apps: AppDirectory, scope: EvidenceScope) {
    private val query = Query(app = scope.app, host = scope.host)

    val rows: PageSource<EvidenceRow> = PageSource.of { page -> records.evidence(query, page).map(::row) }

    private fun row(evidence: Evidence) = EvidenceRow(
        key = RequestKey(evidence.id, evidence.time),
        face = apps.describe(evidence.owner),
        host = evidence.host,
        format = evidence.format,
        bytes = evidence.bytes,
        kinds = KindWords.of(evidence),
    )
}

/** What the list of evidence shows. */
class EvidenceModel(
    scope: EvidenceScope,
    records: EvidenceRecords,
    private val settings: Settings,
    private val clock: Clock,
    background: Background,
) : ScreenModel<EvidenceState>(EvidenceState(scope, clock.instant(), settings.current.keepsEvidence), background) {
    private val pages: Pages<EvidenceRow> = Pages(background, records.rows, PAGE) { show() }

    override fun onStart() = refresh()

    override fun close() {
        pages.close()
        super.close()
    }

    fun refresh() = pages.refresh()

    /** The line at [position] of the list is looked at; there are at least as many lines as requests. */
    fun near(position: Int) = pages.near(position)

    private fun show() {
        if (pages.isLoading) return
        change {
            it.copy(
                now = clock.instant(), isKept = settings.current.keepsEvidence, rows = pages.rows, isLoading = false,
                problem = pages.problem?.run { message.orEmpty() },
            )
        }
    }

    companion object {
        /** A request comes with all that it says: fewer of them at a time than of other rows. */
        const val PAGE = 20
    }
}
