package org.telltale.app.feature.evidence

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.apps.Face
import org.telltale.app.engine.ContentLine
import org.telltale.app.engine.Evidence
import org.telltale.app.sample.SampleEvidence
import org.telltale.app.sample.SamplePhone
import org.telltale.app.ui.Format
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.Line
import org.telltale.app.ui.TreeLine

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class RequestItemsTest {
    private val app = RuntimeEnvironment.getApplication()
    private val format = Format(app)
    private val words = RequestWords(app.resources, format)
    private val items = RequestItems(app.resources, words, format)
    private val text = RequestText(app.resources, words, format)
    private val visit = SampleEvidence.visit(1)

    @Test
    fun `each value comes with its name, what it tells, and where else it was seen`() {
        val (address, id) = shown(visit).filterIsInstance<Line>()
        assertEquals("9774d56d682e549c", id.title.toString())
        assertEquals("Android id", id.kind)
        assertEquals("What it tells.", id.facts)
        assertTrue("${id.detail}", id.detail!!.startsWith("The same in 41 requests since Mar 3"))
        assertEquals(null to "address visited", address.detail to address.kind)
    }

    @Test
    fun `what is not an identifier stands together by its kind, each value once, and not without end`() {
        val address = visit.personal.last()
        val pages = (0..20).map { address.copy(path = "$it", value = "https://example.org/${it / 2}") }
        val line = shown(visit.copy(personal = pages)).filterIsInstance<Line>().first()
        val values = line.title.lines()
        assertEquals(RequestItems.MOST_VALUES, values.count { it.startsWith("https://example.org/") })
        assertEquals("… and 6 further lines", values.last())
    }

    @Test
    fun `layers of one place are one line, from raw to decoded`() {
        val lines = shown(visit).filterIsInstance<Line>().filter { it.id.toString().startsWith("layer") }
        assertEquals(listOf("form", "Base64 → gzip → JSON"), lines.map { it.detail.toString() })
        assertEquals(listOf(null, "4.7 kB → 9.1 kB"), lines.map { it.facts?.toString() })
    }

    @Test
    fun `personal lines of the tree say in a word what they are`() {
        val tree = shown(visit).filterIsInstance<TreeLine>()
        assertEquals(visit.content.map { it.depth }, tree.map { it.depth })
        assertEquals(listOf(null, null, null, "address visited", "Android id"), tree.map { it.tag })
    }

    @Test
    fun `where nothing is known, that is said`() {
        val plain = visit.copy(personal = emptyList(), layers = emptyList(), content = emptyList(), notes = emptyList())
        assertEquals(listOf(Heading::class, Line::class), shown(plain).map { it::class })
    }

    @Test
    fun `a long tree shows its beginning until it is asked for all of it`() {
        val long = visit.copy(content = (1..500).map { ContentLine(0, "[$it]", "1", null) })
        val cut = shown(long)
        assertEquals(RequestItems.FIRST_LINES, cut.count { it is TreeLine })
        assertEquals("Show all 500 lines", cut.filterIsInstance<Line>().single { it.target == Ask.ShowAll }.title)
        val whole = items.of(stateOf(long).copy(showsAll = true))
        assertEquals(500, whole.count { it is TreeLine })
        assertFalse(whole.any { it.target == Ask.ShowAll })
    }

    @Test
    fun `a long value shows its beginning until it is touched`() {
        val long = visit.copy(content = listOf(ContentLine(0, "body", "x".repeat(1_000), null)))
        val line = shown(long).filterIsInstance<TreeLine>().single()
        assertEquals("x".repeat(RequestWords.LONG_TEXT) + "… (700 more characters)", line.value)
        assertEquals(Ask.Toggle(0), line.target)
        val open = items.of(stateOf(long).copy(open = setOf(0))).filterIsInstance<TreeLine>().single()
        assertEquals(1_000, open.value?.length)
    }

    @Test
    fun `the text to pass on says all that the screen does`() {
        val told = text.of(detailOf(visit), isInFull = true)
        for (word in listOf("Browser", SampleEvidence.HOST, "Base64 → gzip → JSON", "      \$url: ${SampleEvidence.PAGE}  [address visited]")) {
            assertTrue("$word in $told", word in told)
        }
        assertFalse("Values are replaced" in told)
        assertTrue("Values are replaced" in text.of(detailOf(visit), isInFull = false))
    }

    @Test
    fun `the text to pass on has room for so much, and says how much is missing`() {
        val long = visit.copy(content = (1..5_000).map { ContentLine(0, "n", "x".repeat(97), null) })
        val told = text.of(detailOf(long), isInFull = true)
        assertEquals(RequestText.MOST_CONTENT / 100, told.lines().count { it.startsWith("n: ") })
        assertTrue("… and 4,000 further lines" in told)
        val pages = (1..2_000).map { visit.personal.last().copy(value = "$it".repeat(80)) }
        assertTrue(text.of(detailOf(visit.copy(personal = pages)), isInFull = true).length < RequestText.MOST_CONTENT)
    }

    private fun shown(evidence: Evidence): List<Item> = items.of(stateOf(evidence))

    private fun stateOf(evidence: Evidence) = RequestState(detailOf(evidence))

    private fun detailOf(evidence: Evidence) =
        RequestDetail(evidence, Face("Browser", null, isSystem = false, isInstalled = true), SamplePhone.NOW)
}
