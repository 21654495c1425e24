package org.telltale.app.feature.lists

import android.os.ParcelFileDescriptor
import java.io.File
import java.io.FileNotFoundException
import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.telltale.app.engine.Background
import org.telltale.app.engine.ListProblem
import org.telltale.app.engine.ListReport
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.Rulebook
import org.telltale.app.sample.SampleRulebook

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class ListsModelTest {
    private val book = Book()
    private val model = ListsModel(book, Executor(Runnable::run).let { Background(it, it) }).apply { watch {} }

    @Test
    fun `a file becomes a list of its name`() {
        model.import(Picked("my hosts.txt"))
        assertEquals(listOf("my-hosts"), model.state.lists)
        assertEquals("my-hosts", model.state.report?.list)
        assertNull(model.state.failure)
    }

    @Test
    fun `a list of the same name is replaced only when that is the answer`() {
        model.import(Picked("ads.txt"))
        model.import(Picked("ads.txt"))
        assertEquals("ads", model.state.question?.name)
        assertEquals(1, book.added.size)
        model.answer(replace = true)
        assertEquals(listOf("ads" to false, "ads" to true), book.added)

        model.import(Picked("ads.txt"))
        model.answer(replace = false)
        assertEquals(listOf("ads", "ads-2"), model.state.lists)

        model.import(Picked("ads.txt"))
        model.answer(replace = null)
        assertEquals(3, book.added.size)
        assertNull(model.state.question)
    }

    @Test
    fun `a document that cannot be opened is told from one that is no list`() {
        model.import(Picked("a.txt", FileNotFoundException("content://somewhere")))
        assertEquals(ListFailure(ListTrouble.UNREADABLE, "a", null), model.state.failure)
        model.import(Picked("b.txt", SecurityException("not yours")))
        assertEquals(ListFailure(ListTrouble.UNREADABLE, "b", null), model.state.failure)
        book.refusal = RecordException("nothing in it is a rule about hosts")
        model.import(Picked("c.txt"))
        assertEquals(ListFailure(ListTrouble.UNUSABLE, "c", "nothing in it is a rule about hosts"), model.state.failure)
        assertEquals(emptyList<String>(), model.state.lists)
        assertEquals(false, model.state.isBusy)
    }

    @Test
    fun `what was wrong before is gone with the next import`() {
        book.refusal = RecordException("too large")
        model.import(Picked("a.txt"))
        book.refusal = null
        model.import(Picked("a.txt"))
        assertNull(model.state.failure)
        assertNotNull(model.state.report)
    }

    @Test
    fun `a list is removed`() {
        model.import(Picked("a.txt"))
        model.remove("a")
        assertEquals(emptyList<String>(), model.state.lists)
        assertNull(model.state.report)
    }

    @Test
    fun `names are made of what a list's name may have`() {
        assertEquals("AdGuard-mobile-spyware", ListNames.of("AdGuard mobile spyware.txt"))
        assertEquals("hosts", ListNames.of("hosts"))
        assertEquals("a.b", ListNames.of("..a.b.LIST"))
        assertEquals("list", ListNames.of("列表.txt"))
        assertEquals("list", ListNames.of(null))
        assertTrue(ListNames.of("x".repeat(300)).length <= 100)
        assertEquals("a-3", ListNames.free("a", listOf("a", "a-2")))
    }

    private class Picked(private val name: String, private val failure: Exception? = null) : Document {
        override fun name() = name

        override fun open(): ParcelFileDescriptor {
            failure?.let { throw it }
            return ParcelFileDescriptor.open(File.createTempFile("picked", null), ParcelFileDescriptor.MODE_READ_ONLY)
        }
    }

    private class Book : Rulebook by SampleRulebook {
        val added = ArrayList<Pair<String, Boolean>>()
        var refusal: RecordException? = null
        private val names = ArrayList<String>()

        override fun lists() = names.sorted()

        override fun add(name: String, file: ParcelFileDescriptor, replace: Boolean): ListReport = file.use {
            refusal?.let { throw it }
            added += name to replace
            if (name !in names) names += name
            ListReport(name, 2, 0, 1, listOf(ListProblem(3, "not a host")))
        }

        override fun remove(name: String) {
            names -= name
        }
    }
}
