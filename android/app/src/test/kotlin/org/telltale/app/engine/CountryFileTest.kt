package org.telltale.app.engine

import java.io.File
import java.io.FileNotFoundException
import java.io.InputStream
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

class CountryFileTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private val folder get() = File(temporary.root, "countries")
    private var opened = 0

    private fun file(version: Long, content: String) = CountryFile(folder, version) {
        opened++
        content.byteInputStream()
    }.ready()

    @Test
    fun `each version of the app writes it once, and nothing else stays`() {
        assertEquals("one", file(1, "one")?.readText())
        assertEquals("one", file(1, "other")?.readText())
        assertEquals(1, opened)
        assertEquals("two", file(2, "two")?.readText())
        assertEquals(1, folder.list()?.size)
    }

    @Test
    fun `what breaks off is not taken for it`() {
        val broken = object : InputStream() {
            override fun read(): Int = throw FileNotFoundException()
        }
        assertNull(CountryFile(folder, 1) { broken }.ready())
        assertNull(CountryFile(folder, 1) { throw FileNotFoundException() }.ready())
        assertEquals("one", file(1, "one")?.readText())
    }
}
