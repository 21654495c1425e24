package org.telltale.app.feature.about

import android.content.Context
import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** What the page About says of others is compared with what the app is built from. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class AboutTest {
    private val context: Context = RuntimeEnvironment.getApplication()
    private val libraries = Libraries.read(context.resources)
    private val pom = File("pom.xml").readText()

    @Test
    fun `every crate that is named is built in, in this version`() {
        val locked = Regex("name = \"(.*)\"\nversion = \"(.*)\"\nsource").findAll(File("../Cargo.lock").readText())
            .map { (it.groupValues[1] to it.groupValues[2]) }.toSet()
        val named = libraries.filter { it.version.isNotEmpty() }.map { it.name to it.version }.toSet() - maven()
        assertEquals("run scripts/licences.sh", emptySet<Any>(), named - locked)
        assertTrue("${named.size}", named.size > 50)
    }

    @Test
    fun `every crate that the core asks for by name is named`() {
        val wanted = listOf("../core/Cargo.toml", "../uniffi/Cargo.toml").flatMap { dependencies(File(it).readLines()) }
        assertTrue("$wanted", "smoltcp" in wanted && "uniffi" in wanted)
        val named = libraries.map { it.name }
        assertTrue("what a feature adds is built in, too", "rusqlite" in named)
        assertEquals("run scripts/licences.sh", emptyList<String>(), wanted.filterNot { it in named })
    }

    @Test
    fun `the libraries of the POM are named in its versions`() {
        val named = libraries.map { it.name to it.version }
        assertTrue("$named", named.containsAll(maven()))
    }

    @Test
    fun `there is the text of a licence for every library`() {
        val ids = Licence.entries.map { it.id } + "Public domain"
        val without = libraries.filter { library -> library.licence.split(" OR ").none { it.substringBefore(" WITH") in ids } }
        assertEquals(emptyList<Library>(), without)
        Licence.entries.forEach { assertTrue(it.id, it.read(context.resources).length > 500) }
    }

    @Test
    fun `a licence is broken into lines by the phone, and keeps its paragraphs`() {
        val broken = listOf("", "   Title", "", "A line that is as long as a terminal of old is wide,", "  and its end.", "", "", "Next.")
        assertEquals("Title\n\nA line that is as long as a terminal of old is wide, and its end.\n\n\nNext.", Licence.flow(broken))
    }

    @Test
    fun `all sources of the catalogue are told, and no others`() {
        val keys = File("../core/data/sources.csv").readLines().drop(1).map { it.substringBefore(',') }
        assertEquals(keys, Sources.KEYS.split(';'))
    }

    private fun maven() = setOf("kotlin-stdlib" to property("kotlin.version"), "jna" to property("jna.version"))

    private fun property(name: String) = pom.substringAfter("<$name>").substringBefore("</$name>")

    /** Those that are always linked: not the optional ones, nor what only tests, builds or other systems need. */
    private fun dependencies(lines: List<String>): List<String> = lines.dropWhile { it != "[dependencies]" }.drop(1)
        .takeWhile { !it.startsWith("[") }.filter { '=' in it && "optional" !in it && !it.startsWith("#") }
        .map { it.substringBefore('=').trim().substringBefore('.') }.filterNot { it.startsWith("telltale") }
}
