package org.telltale.app.engine

import java.time.Duration
import java.time.Instant

/** What a record says of a claim. */
enum class Answer { CONFIRMED, NOT_SEEN, REFUTED, NOT_OBSERVABLE, UNDECIDED }

/** What an answer rests on, the weightiest first. */
enum class Grounds { EVIDENCE, EXPERIMENT, TRAFFIC, NOTHING }

/** Something that was said in public, with the keys of its sources; an English sentence. */
data class Statement(val text: String, val citation: String)

/** A claim that was made in public, and what the record says of it. */
data class Claim(
    /** `C1` to `C12`. */
    val id: String,
    /** The claim in one English sentence. */
    val says: String,
    val reported: Statement,
    /** What Xiaomi answered. */
    val reply: Statement,
    val answer: Answer,
    val grounds: Grounds,
    /** Why, in English, as reports say it. */
    val sentence: String,
    val traffic: ClaimTraffic,
    /** Requests in the clear that show it. */
    val requests: Long,
    /** Experiments about it, the latest first. */
    val trials: List<ClaimTrial>,
    val hosts: ClaimHosts,
    val watched: Watched,
)

/** Packages that a claim is about, as far as they talked, and their flows to collectors. */
data class ClaimTraffic(val apps: List<String>, val flows: Long, val bytesUp: Long, val seen: Seen?)

/** Hosts that speak for a claim, against it, and of which it cannot be told. */
data class ClaimHosts(val supporting: List<String>, val against: List<String>, val untold: List<String>)

/** An experiment about a claim. One that is not complete was broken off. */
data class ClaimTrial(val id: Long, val app: String, val started: Instant, val isComplete: Boolean)

/** How much was seen: the share of flows with a name (null where there were none), and times in which not all was. */
data class Watched(val named: Double?, val gaps: Long, val unseen: Duration)
