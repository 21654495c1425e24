package org.telltale.app.sample

import java.time.Duration
import org.telltale.app.engine.Answer
import org.telltale.app.engine.Claim
import org.telltale.app.engine.ClaimHosts
import org.telltale.app.engine.ClaimTraffic
import org.telltale.app.engine.ClaimTrial
import org.telltale.app.engine.Grounds
import org.telltale.app.engine.Seen
import org.telltale.app.engine.Statement
import org.telltale.app.engine.Watched

/** A claim of every kind of answer. */
object SampleClaims {
    private val seen = Seen(SamplePhone.NOW - Duration.ofDays(7), SamplePhone.NOW - Duration.ofMinutes(18))
    private val trial = ClaimTrial(3, "com.mi.globalbrowser", SamplePhone.NOW - Duration.ofDays(2), isComplete = true)

    val all = listOf(
        claim("C1", Answer.CONFIRMED, Grounds.EVIDENCE).copy(requests = 12),
        claim("C2", Answer.REFUTED, Grounds.EXPERIMENT).copy(trials = listOf(trial)),
        claim("C4", Answer.NOT_OBSERVABLE, Grounds.TRAFFIC),
        claim("C5", Answer.NOT_SEEN, Grounds.NOTHING),
        claim("C8", Answer.REFUTED, Grounds.TRAFFIC),
        claim("C11", Answer.UNDECIDED, Grounds.TRAFFIC),
    )

    /** Of a claim that nothing more is known of than its answer. */
    fun claim(id: String, answer: Answer, grounds: Grounds) = Claim(
        id = id,
        says = "Something is sent.",
        reported = Statement("Somebody saw it.", "APK-MS"),
        reply = Statement("It is not so.", "V2"),
        answer = answer,
        grounds = grounds,
        sentence = "Why, in English.",
        traffic = ClaimTraffic(listOf("com.mi.globalbrowser", "uid 1000"), 640, 2_300_000, seen),
        requests = 0,
        trials = emptyList(),
        hosts = ClaimHosts(listOf("sa.api.intl.miui.com"), emptyList(), emptyList()),
        watched = Watched(0.97, 7, Duration.ofHours(11)),
    )
}
