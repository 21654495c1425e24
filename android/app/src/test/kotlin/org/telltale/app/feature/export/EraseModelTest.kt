package org.telltale.app.feature.export

import java.time.ZoneId
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.Records
import org.telltale.app.engine.Scope
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SamplePhone
import org.telltale.app.ui.Period

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class EraseModelTest {
    private val records = Forgetful()
    private val model = EraseModel(SampleParts.of(records)).apply { watch {} }

    @Test
    fun `what would be lost is counted before anything is`() {
        val all = requireNotNull(model.state.loss)
        assertEquals(SamplePhone.flows.size.toLong(), all.flows)
        assertEquals(SamplePhone.flows.count { it.finding != null }.toLong(), all.findings)
        model.choose(EraseChoice(Period.DAY, "10142"))
        assertEquals(1, model.state.loss?.apps)
        assertEquals(emptyList<Scope>(), records.erased)
    }

    @Test
    fun `what is chosen is forgotten, and nothing else`() {
        model.choose(EraseChoice(Period.WEEK, "10142"))
        model.erase()
        val since = Period.WEEK.since(SamplePhone.NOW, ZoneId.systemDefault())
        assertEquals(listOf(Scope(app = "10142", since = since)), records.erased)
        assertTrue(model.state.isDone)
    }

    @Test
    fun `an app of which nothing is left keeps its name, and is not taken for all`() {
        model.choose(EraseChoice(Period.ALL, "10142"))
        model.erase()
        assertEquals(AppChoice("10142", "Mi Browser"), model.state.app)
        assertEquals(0, model.state.loss?.apps)
        assertFalse(model.state.canErase)
    }

    @Test
    fun `where nothing is recorded there is nothing to delete`() {
        model.choose(EraseChoice(Period.ALL, "99999"))
        assertEquals(0, model.state.loss?.apps)
        assertFalse(model.state.canErase)
    }

    @Test
    fun `a failure is told, and is over with another choice`() {
        records.refusal = RecordException("locked")
        model.erase()
        assertEquals("locked", model.state.problem)
        assertFalse(model.state.isDone)
        model.choose(EraseChoice(Period.DAY))
        assertEquals(null, model.state.problem)
    }

    private class Forgetful : Records by SamplePhone.records() {
        val erased = ArrayList<Scope>()
        var refusal: RecordException? = null

        override fun apps(query: Query, page: Page) =
            SamplePhone.records().apps(query, page).filter { row -> erased.none { it.app == row.owner?.key } }

        override fun erase(scope: Scope) {
            refusal?.let { throw it }
            erased += scope
        }
    }
}
