package org.telltale.app.feature.claims

import java.time.Clock
import java.time.Instant
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.AppVersions
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.Claim
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records
import org.telltale.app.engine.Rulebook
import org.telltale.app.engine.Source
import org.telltale.app.engine.Statement
import org.telltale.app.ui.ScreenModel

/** An app that a claim is about, with the version that is installed now; null where it is not. */
data class ClaimApp(val owner: Owner, val face: Face, val version: String?)

/** A claim with all that its page tells. */
data class ClaimDetail(
    val claim: Claim,
    val now: Instant,
    val apps: List<ClaimApp>,
    val reportedIn: List<Source>,
    val repliedIn: List<Source>,
)

/** All that the page of a claim shows. */
data class ClaimState(
    /** Null until it is known. */
    val detail: ClaimDetail? = null,
    /** Nothing is recorded, or there is no such claim. */
    val isGone: Boolean = false,
    val problem: String? = null,
)

/** What the page of a claim asks for. Everything here may wait. */
class ClaimRecords(
    private val records: Records,
    private val rulebook: Rulebook,
    private val apps: AppDirectory,
    private val versions: AppVersions,
    private val clock: Clock,
) {
    fun find(id: String): ClaimDetail? {
        val claim = records.claims(Query()).find { it.id == id } ?: return null
        return ClaimDetail(
            claim = claim,
            now = clock.instant(),
            apps = claim.traffic.apps.mapNotNull(::app),
            reportedIn = sources(claim.reported),
            repliedIn = sources(claim.reply),
        )
    }

    private fun sources(statement: Statement) = rulebook.sources(statement.citation)

    /** Names are packages, several of them with commas between where they share a uid; others are no apps. */
    private fun app(name: String): ClaimApp? {
        val packages = name.split(", ").filter { PACKAGE.matches(it) }
        if (packages.isEmpty()) return null
        val owner = Owner(uid = null, packages)
        return ClaimApp(owner, apps.describe(owner), packages.singleOrNull()?.let(versions::of))
    }

    private companion object {
        /** `android` is one, too. */
        val PACKAGE = Regex("[A-Za-z][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+)*")
    }
}

/** What the page of one claim shows. */
class ClaimModel(private val id: String, private val records: ClaimRecords, background: Background) :
    ScreenModel<ClaimState>(ClaimState(), background) {
    override fun onStart() = refresh()

    fun refresh() = ask("claim", { records.find(id) }) { outcome ->
        outcome.onSuccess { detail -> change { ClaimState(detail, isGone = detail == null) } }
        outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty()) } }
    }
}
