package org.telltale.app.feature.experiments

import java.time.ZoneOffset
import java.util.Locale
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.apps.Face
import org.telltale.app.engine.ExperimentResult
import org.telltale.app.sample.SampleResults
import org.telltale.app.ui.Format
import org.telltale.app.ui.Line

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35], qualifiers = "en-rUS")
class ResultWordsTest {
    private val resources = RuntimeEnvironment.getApplication().resources
    private val format = Format(Locale.US, is24Hour = true, zone = ZoneOffset.UTC)
    private val words = ResultWords(resources, format)
    private val numbers = NumberWords(resources, format)

    @Test
    fun `what was found is said of the app, and of what`() {
        val sentence = "Mi Browser sends the addresses of opened pages to trackers, or something made of them."
        assertEquals(sentence, said(SampleResults.UPLOADED))
        assertNull(words.reservation(of(SampleResults.UPLOADED)))
    }

    @Test
    fun `not seen is not said to be not there`() {
        assertEquals(
            "In this run, Mi Browser was not seen to send what is searched for to trackers.", said(SampleResults.NOT_UPLOADED),
        )
    }

    @Test
    fun `where settings differ, it is said in which`() {
        assertTrue(said(SampleResults.SETTINGS).endsWith("In these settings: Normal and Enhanced only."))
        assertTrue(said(SampleResults.SWITCHED).endsWith("In these settings: Programme on."))
    }

    @Test
    fun `what is undecided says why, and what would decide it`() {
        assertEquals(
            "Other uploads hide what there may be. About 34 more trials would probably decide it.",
            words.reservation(of(SampleResults.NOISE)),
        )
    }

    @Test
    fun `what is not finished says so`() {
        val interrupted = requireNotNull(words.reservation(of(SampleResults.INTERRUPTED)))
        assertTrue(interrupted, interrupted.endsWith("Not finished: 4 of 15 trials are over. The result may still change."))
        val ended = requireNotNull(words.reservation(of(SampleResults.ABORTED)))
        assertTrue(ended, ended.endsWith("It was ended after 6 of 15 trials."))
    }

    @Test
    fun `each number says how sure it is`() {
        val uploaded = facts(SampleResults.UPLOADED)
        assertEquals("1.12 (with 99% certainty between 1.06 and 1.18)", uploaded["Bytes sent for each character shown"])
        assertEquals("base64 of gzip (Sensors for Android)", uploaded["Encodings that fit"])
        assertEquals("less than 0.1%", uploaded["Probability of such a result by chance"])
        val not = facts(SampleResults.NOT_UPLOADED)
        assertEquals("0.11 bytes per character, in 95 of 100 such experiments", not["What would have been seen"])
        assertEquals("The first 310 characters of each text", not["What may have gone unseen"])
        assertEquals("not known", facts(SampleResults.INTERRUPTED)["Bytes sent for each character shown"])
        assertEquals("with 95% certainty more than 2.13", facts(SampleResults.COUNTED)["How many times as often after actions"])
    }

    @Test
    fun `settings are compared with the first one`() {
        val items = ResultItems(resources, words, format)
        val facts = { id: Long -> items.of(of(id)).filterIsInstance<Line>().mapNotNull { it.facts?.toString() } }
        val sized = facts(SampleResults.SETTINGS)
        assertTrue("$sized", "15 trials\nCompared with “Normal”: \u22121.10 \u00B1 0.08" in sized)
        assertTrue("not known is not compared: $sized", "4 trials" in sized)
        val counted = facts(SampleResults.SWITCHED)
        assertTrue("$counted", "60 trials\nCompared with “Programme on”: \u22123 kB" in counted)
    }

    @Test
    fun `what is shared has the verdict, its numbers and its limits`() {
        val text = ResultText(resources, format).of(ResultDetail(of(SampleResults.SETTINGS), FACE))
        listOf("Mi Browser", "Sent along", "Incognito: Undecided", "1.12 (with 99% certainty", "That nothing is ever sent.")
            .forEach { assertTrue("$it in:\n$text", it in text) }
    }

    @Test
    fun `a plot has a line where there is a slope, and says in words what it shows`() {
        val plots = Plots(resources, format)
        val sized = requireNotNull(plots.of(of(SampleResults.UPLOADED)).single())
        val trend = requireNotNull(sized.trend)
        assertEquals(1.12, trend.slope, 1e-9)
        assertTrue("as many trials above it as below", isInTheMiddle(sized.dots.map { it.y - trend.pivot.y - trend.slope * (it.x - trend.pivot.x) }))
        assertTrue(sized.words, sized.words.startsWith("Plot of 15 trials: on average"))
        val counted = requireNotNull(plots.of(of(SampleResults.COUNTED)).single())
        assertNull(counted.trend)
        assertEquals(2, counted.levels.size)
        assertTrue(counted.levels[1].y > counted.levels[0].y)
    }

    @Test
    fun `settings are drawn to one scale, and one without trials not at all`() {
        val drawn = Plots(resources, format).of(of(SampleResults.SETTINGS)).map { assertNotNull(it).run { it!! } }
        assertEquals(1, drawn.map { it.top to it.right }.distinct().size)
        assertEquals(listOf(null), Plots(resources, format).of(of(SampleResults.ABORTED)))
        assertFalse(drawn.any { it.dots.isEmpty() })
    }

    private fun isInTheMiddle(rests: List<Double>) = rests.count { it > 1e-6 } == rests.count { it < -1e-6 }

    private fun facts(id: Long) = numbers.facts(of(id).cells.first().collectors).associate { it.name to it.value }

    private fun said(id: Long) = words.sentence(of(id), FACE.label)

    private fun of(id: Long): ExperimentResult = SampleResults.ALL.first { it.row.id == id }

    private companion object {
        val FACE = Face("Mi Browser", null, isSystem = false, isInstalled = true)
    }
}
