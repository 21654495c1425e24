package org.telltale.app.feature.claims

import org.telltale.app.R
import org.telltale.app.engine.Answer
import org.telltale.app.engine.Claim
import org.telltale.app.engine.Grounds
import org.telltale.app.ui.Tone

/** What is shown together, what was shown first. */
enum class Group(val title: Int) {
    SHOWN(R.string.claims_shown),
    OTHERWISE(R.string.claims_otherwise),
    OPEN(R.string.claims_open),
    UNSEEN(R.string.claims_unseen),
}

/** How a claim stands on this phone, in a word. */
enum class Standing(val word: Int, val group: Group) {
    CONFIRMED(R.string.claim_confirmed, Group.SHOWN),

    /** By an experiment with the version that was installed then. */
    REFUTED_VERSION(R.string.claim_refuted_version, Group.OTHERWISE),
    REFUTED(R.string.claim_refuted, Group.OTHERWISE),
    UNDECIDED(R.string.claim_undecided, Group.OPEN),

    /** It depends on how the phone was set, which only an experiment knows. */
    NOT_TRIED(R.string.claim_not_tried, Group.OPEN),
    NOT_OBSERVABLE(R.string.claim_not_observable, Group.OPEN),
    NOT_SEEN(R.string.claim_not_seen, Group.UNSEEN);

    companion object {
        fun of(claim: Claim): Standing = when (claim.answer) {
            Answer.CONFIRMED -> CONFIRMED
            Answer.REFUTED -> if (claim.grounds == Grounds.EXPERIMENT) REFUTED_VERSION else REFUTED
            Answer.UNDECIDED -> if (isUntried(claim)) NOT_TRIED else UNDECIDED
            Answer.NOT_OBSERVABLE -> NOT_OBSERVABLE
            Answer.NOT_SEEN -> NOT_SEEN
        }

        private fun isUntried(claim: Claim) = claim.isOfSettings && claim.trials.isEmpty()
    }
}

/** Claims about what a switch does: the record does not know how it was set. */
private val SETTINGS = setOf("C2", "C11", "C12")

/** Claims that traffic and unencrypted requests alone decide. */
private val WATCHED = setOf("C7", "C8", "C9", "C10")

/** What Xiaomi says in its own favour. */
private val DENIALS = setOf("C11", "C12")

val Claim.isOfSettings: Boolean get() = id in SETTINGS

/** An experiment can decide it, also where all is encrypted. */
val Claim.canBeTried: Boolean get() = id !in WATCHED

val Claim.isDenial: Boolean get() = id in DENIALS

/** A finding is red: something is sent, or is sent against what Xiaomi says. */
val Claim.tone: Tone
    get() = when (Standing.of(this).group) {
        Group.SHOWN -> if (isDenial) Tone.CALM else Tone.FLAG
        Group.OTHERWISE -> if (isDenial) Tone.FLAG else Tone.CALM
        Group.OPEN, Group.UNSEEN -> Tone.QUIET
    }
