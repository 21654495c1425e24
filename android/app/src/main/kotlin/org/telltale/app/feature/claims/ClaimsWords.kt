package org.telltale.app.feature.claims

import android.content.res.Resources
import java.time.Instant
import java.time.ZoneId
import org.telltale.app.R
import org.telltale.app.engine.Answer
import org.telltale.app.engine.Claim
import org.telltale.app.engine.Grounds
import org.telltale.app.ui.Format
import org.telltale.app.ui.Words

/** What claims say and how they stand, in words. What has no words of its own is told in the core's English ones. */
class ClaimsWords(private val resources: Resources, private val format: Format, private val zone: ZoneId) {
    private val words = Words(resources, format)

    fun says(claim: Claim): String = ClaimTexts.of(claim.id)?.let { text(it.says) } ?: claim.says

    fun reported(claim: Claim): String = ClaimTexts.of(claim.id)?.let { text(it.reported) } ?: claim.reported.text

    fun reply(claim: Claim): String = ClaimTexts.of(claim.id)?.let { text(it.reply) } ?: claim.reply.text

    fun standing(claim: Claim): String = text(Standing.of(claim).word)

    /** `3 of these claims are confirmed on this phone`. */
    fun summary(claims: List<Claim>): String {
        val shown = claims.count { Standing.of(it).group == Group.SHOWN }
        return if (shown == 0) text(R.string.claims_none_shown) else words.count(R.plurals.claims_confirmed, shown.toLong())
    }

    /** Why it stands so, in one sentence. */
    fun why(claim: Claim): String = when (claim.answer) {
        Answer.CONFIRMED -> confirmed(claim)
        Answer.REFUTED -> text(refuted(claim))
        Answer.UNDECIDED -> text(undecided(claim))
        Answer.NOT_OBSERVABLE -> text(if (claim.canBeTried) R.string.claim_why_hidden_try else R.string.claim_why_hidden)
        Answer.NOT_SEEN -> text(
            if (claim.grounds == Grounds.EXPERIMENT) R.string.claim_why_unseen_experiment else R.string.claim_why_unseen,
        )
    }

    /** `C1 · 4 Mar – 11 Mar`, as far as there is anything to date. */
    fun facts(claim: Claim, now: Instant): String {
        val (first, last) = claim.traffic.seen?.run { day(first, now) to day(last, now) } ?: return claim.id
        val days = if (first == last) first else resources.getString(R.string.seen_between, first, last)
        return resources.getString(R.string.facts_two, claim.id, days)
    }

    /** `Mar 4, 2026, 15:43:02 – Mar 11, 2026, 15:38:21`: the first and the last of what it rests on. */
    fun times(claim: Claim): String? = claim.traffic.seen?.let { seen ->
        resources.getString(R.string.seen_between, format.fullMoment(seen.first), format.fullMoment(seen.last))
    }

    /** `640 connections to known collectors, 2.3 MB sent`. */
    fun traffic(claim: Claim): String {
        if (claim.traffic.flows == 0L) return text(R.string.claim_no_traffic)
        val flows = words.count(R.plurals.connections, claim.traffic.flows)
        return resources.getString(R.string.claim_traffic, flows, format.bytes(claim.traffic.bytesUp))
    }

    /** `97% of connections have a name`. */
    fun named(claim: Claim): String =
        claim.watched.named?.let { resources.getString(R.string.home_named, format.share(it)) } ?: text(R.string.home_named_none)

    /** `7 gaps; nothing was seen for 11 hr`. */
    fun gaps(claim: Claim): String {
        val watched = claim.watched
        val count = watched.gaps.coerceAtMost(Int.MAX_VALUE.toLong()).toInt()
        return when {
            count == 0 -> text(R.string.home_no_gaps)
            watched.unseen.isZero -> words.count(R.plurals.claim_gaps, watched.gaps)
            else -> resources.getQuantityString(
                R.plurals.claim_unseen, count, format.count(watched.gaps), format.duration(watched.unseen),
            )
        }
    }

    private fun day(time: Instant, now: Instant) = format.day(time.atZone(zone).toLocalDate(), now.atZone(zone).toLocalDate())

    private fun confirmed(claim: Claim): String = when (claim.grounds) {
        Grounds.EVIDENCE -> words.count(R.plurals.claim_why_read, claim.requests)
        Grounds.EXPERIMENT -> text(R.string.claim_why_experiment)
        Grounds.TRAFFIC, Grounds.NOTHING -> text(R.string.claim_why_traffic)
    }

    private fun refuted(claim: Claim): Int = when {
        claim.grounds != Grounds.EXPERIMENT -> R.string.claim_why_elsewhere
        claim.isDenial -> R.string.claim_why_sent
        else -> R.string.claim_why_not_sent
    }

    private fun undecided(claim: Claim): Int = when {
        claim.grounds == Grounds.EXPERIMENT -> R.string.claim_why_tried
        claim.grounds == Grounds.EVIDENCE -> R.string.claim_why_once
        claim.isOfSettings -> R.string.claim_why_settings
        else -> R.string.claim_why_whose
    }

    private fun text(id: Int): String = resources.getString(id)
}
