package org.telltale.app.feature.claims

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.Claim
import org.telltale.app.engine.ClaimTrial
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Source
import org.telltale.app.ui.Format
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.Line

/** What a touched line of a claim's page leads to. */
sealed interface ClaimTarget {
    data class App(val owner: Owner) : ClaimTarget

    data class Host(val host: String) : ClaimTarget

    /** What was sent unencrypted, to one host or to all. */
    data class Evidence(val host: String?) : ClaimTarget

    /** A page of the web. */
    data class Link(val address: String) : ClaimTarget

    /** What an experiment came to. */
    data class Trial(val id: Long) : ClaimTarget

    data object Try : ClaimTarget
}

/** The lines of the page of a claim. */
class ClaimItems(private val resources: Resources, private val words: ClaimsWords, private val format: Format) {
    fun of(detail: ClaimDetail): List<Item> {
        val claim = detail.claim
        return group(R.string.claim_record, record(detail)) +
            group(R.string.claim_experiments, experiments(detail)) +
            hosts(R.string.claim_hosts_for, claim.hosts.supporting) +
            hosts(R.string.claim_hosts_against, claim.hosts.against) +
            hosts(R.string.claim_hosts_untold, claim.hosts.untold) +
            group(R.string.claim_apps, detail.apps.map(::app)) +
            statement(R.string.claim_reported, words.reported(claim), detail.reportedIn) +
            statement(R.string.claim_reply, words.reply(claim), detail.repliedIn) +
            group(R.string.claim_watched, listOf(watched(claim)))
    }

    private fun group(title: Int, lines: List<Item>): List<Item> =
        if (lines.isEmpty()) emptyList() else listOf(Heading(resources.getString(title))) + lines

    private fun record(detail: ClaimDetail): List<Line> = listOfNotNull(
        Line(
            id = "traffic",
            title = words.traffic(detail.claim),
            facts = words.times(detail.claim),
        ),
        evidence(detail.claim).takeIf { detail.claim.requests > 0 },
        Line(
            id = "sentence",
            title = resources.getString(R.string.claim_english),
            detail = format.code(detail.claim.sentence),
        ),
    )

    private fun evidence(claim: Claim) = Line(
        id = "evidence",
        title = resources.getString(R.string.evidence_open),
        target = ClaimTarget.Evidence(claim.hosts.supporting.singleOrNull()),
    )

    private fun experiments(detail: ClaimDetail): List<Line> {
        val claim = detail.claim
        if (!claim.canBeTried && claim.trials.isEmpty()) return emptyList()
        val none = Line("no trial", resources.getString(R.string.claim_no_trials))
        val way = Line("try", resources.getString(R.string.claim_try), target = ClaimTarget.Try)
        return claim.trials.map { trial(it, detail) }.ifEmpty { listOf(none) } + listOf(way).filter { claim.canBeTried }
    }

    private fun trial(trial: ClaimTrial, detail: ClaimDetail) = Line(
        id = "trial ${trial.id}",
        title = detail.apps.find { trial.app in it.owner.packages }?.face?.label ?: format.breakable(trial.app),
        detail = format.moment(trial.started, detail.now),
        facts = resources.getString(if (trial.isComplete) R.string.claim_trial_done else R.string.claim_trial_broken),
        target = ClaimTarget.Trial(trial.id),
    )

    private fun hosts(title: Int, hosts: List<String>): List<Item> = group(title, hosts.map { host ->
        Line(id = "$title $host", title = format.breakable(host), target = ClaimTarget.Host(host))
    })

    private fun app(app: ClaimApp) = Line(
        id = "app ${app.owner.packages}",
        title = app.face.label,
        detail = app.version?.let { resources.getString(R.string.claim_version, format.code(it)) },
        facts = app.owner.packages.joinToString(", ", transform = format::breakable),
        icon = app.face.icon,
        hasIcon = true,
        target = ClaimTarget.App(app.owner),
    )

    /** What was said, where it stands, and the pages that can be opened. */
    private fun statement(title: Int, text: String, sources: List<Source>): List<Item> =
        group(title, listOf(Line("$title", text)) + sources.flatMap { source(title, it) })

    private fun source(title: Int, source: Source): List<Line> {
        val said = Line("$title ${source.key}", source.key, detail = format.code(LINK.replace(source.origin) { breakable(it.value) }))
        return listOf(said) + LINK.findAll(source.origin).map { link(title, it.value) }
    }

    private fun link(title: Int, address: String) = Line(
        id = "$title $address",
        title = format.code(breakable(address.removePrefix("https://"))),
        facts = resources.getString(R.string.claim_link),
        target = ClaimTarget.Link(address),
    )

    /** Long addresses may be broken between their parts. */
    private fun breakable(address: String) = address.replace(JOINT, "$0\u200B")

    private fun watched(claim: Claim) = Line(
        id = "watched",
        title = words.named(claim),
        detail = words.gaps(claim),
        facts = resources.getString(R.string.claim_weak),
    )

    private companion object {
        /** A slash or a hyphen within an address, but not the slashes before the host. */
        val JOINT = Regex("(?<=[^:/])[/-]")

        /** An address as sources tell it: up to a blank, a comma or a closing bracket. */
        val LINK = Regex("https://[^\\s,;>)]+[^\\s,;:.>)]")
    }
}
