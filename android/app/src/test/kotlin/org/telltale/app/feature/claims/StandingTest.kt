package org.telltale.app.feature.claims

import org.junit.Assert.assertEquals
import org.junit.Test
import org.telltale.app.engine.Answer
import org.telltale.app.engine.Grounds
import org.telltale.app.sample.SampleClaims
import org.telltale.app.sample.SampleClaims.claim
import org.telltale.app.ui.Tone

class StandingTest {
    @Test
    fun `only an experiment refutes for a version`() {
        assertEquals(Standing.REFUTED_VERSION, Standing.of(claim("C1", Answer.REFUTED, Grounds.EXPERIMENT)))
        assertEquals(Standing.REFUTED, Standing.of(claim("C8", Answer.REFUTED, Grounds.TRAFFIC)))
    }

    @Test
    fun `a claim about a switch is not tried until there is an experiment`() {
        val untried = claim("C11", Answer.UNDECIDED, Grounds.TRAFFIC)
        assertEquals(Standing.NOT_TRIED, Standing.of(untried))
        val trials = SampleClaims.all.flatMap { it.trials }
        assertEquals(Standing.UNDECIDED, Standing.of(untried.copy(grounds = Grounds.EXPERIMENT, trials = trials)))
        assertEquals(Standing.UNDECIDED, Standing.of(claim("C8", Answer.UNDECIDED, Grounds.TRAFFIC)))
    }

    @Test
    fun `what is sent is red, also where Xiaomi says that it is not`() {
        assertEquals(Tone.FLAG, claim("C1", Answer.CONFIRMED, Grounds.EVIDENCE).tone)
        assertEquals(Tone.CALM, claim("C1", Answer.REFUTED, Grounds.EXPERIMENT).tone)
        assertEquals(Tone.FLAG, claim("C11", Answer.REFUTED, Grounds.EXPERIMENT).tone)
        assertEquals(Tone.CALM, claim("C12", Answer.CONFIRMED, Grounds.EXPERIMENT).tone)
    }

    @Test
    fun `what was not seen is never shown as good news`() {
        for (answer in listOf(Answer.NOT_SEEN, Answer.NOT_OBSERVABLE, Answer.UNDECIDED)) {
            assertEquals(Tone.QUIET, claim("C1", answer, Grounds.TRAFFIC).tone)
        }
    }
}
