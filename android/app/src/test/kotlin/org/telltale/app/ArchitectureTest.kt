package org.telltale.app

import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** Which part of the app may know which other, read from the imports. */
class ArchitectureTest {
    /** A part of the app, such as `engine` or `feature.home`, with the lines that say what it uses. */
    private class Source(val file: File, val part: String, val uses: List<String>)

    private val sources = File("app/src/main/kotlin/org/telltale/app").walk()
        .filter { it.extension == "kt" }
        .map { Source(it, partOf(it), it.readLines().filter { line -> "org.telltale." in line }) }
        .toList()

    @Test
    fun `the generated types of the binding stop at the engine`() {
        val users = sources.filter { source -> source.uses.any { "org.telltale.core" in it } }
        assertEquals(emptyList<File>(), users.filter { it.part != "engine" }.map { it.file })
    }

    @Test
    fun `parts know only those below them`() {
        val violations = sources.flatMap { source ->
            val known = KNOWN[source.part.substringBefore('.')] ?: return@flatMap emptyList()
            source.uses.mapNotNull(::usedPart)
                .filter { used -> used != source.part && used.substringBefore('.') !in known }
                .filterNot { used -> source.part to used in SHARED }
                .map { "${source.file} knows $it" }
        }
        assertEquals("", violations.joinToString("\n"))
    }

    @Test
    fun `every part has its rule`() {
        val parts = sources.map { it.part.substringBefore('.') }.toSet() - ROOT
        assertTrue("no rule for ${parts - KNOWN.keys}", KNOWN.keys.containsAll(parts))
    }

    private fun partOf(file: File): String {
        val folders = file.parentFile.invariantSeparatorsPath.substringAfter("org/telltale/app", "").split('/')
        return partOf(folders.filter(String::isNotEmpty))
    }

    private fun usedPart(line: String): String? {
        val path = line.substringAfter("import org.telltale.app.", "").substringBefore(" as ")
        return path.takeIf(String::isNotEmpty)?.let { partOf(it.split('.').dropLast(1)) }
    }

    private fun partOf(packages: List<String>) = when (packages.firstOrNull()) {
        null -> ROOT
        "feature" -> packages.take(2).joinToString(".")
        else -> packages.first()
    }

    private companion object {
        /** What ties the parts together: the application and the way from screen to screen. */
        const val ROOT = "app"

        /** Features are not in any of them: they do not know each other, but for [SHARED]. */
        val KNOWN = mapOf(
            "engine" to emptySet(),
            "settings" to setOf("engine"),
            "apps" to setOf("engine", ROOT),
            "ui" to setOf("engine", "apps", "settings", ROOT),
            "vpn" to setOf("engine", "apps", "settings", "widget", ROOT),
            "widget" to setOf("engine", "apps", "settings", "vpn", "control", "ui", ROOT),
            "control" to setOf("engine", "apps", "settings", "vpn", "ui", ROOT),
            "feature" to setOf("engine", "apps", "settings", "vpn", "ui", ROOT),
        )

        /** What features show of one another: the first page has Home's switch, an app's hosts say why they are flagged. */
        val SHARED = setOf(
            "feature.first" to "feature.home",
            "feature.home" to "feature.first",
            "feature.experiments" to "feature.home",
            "feature.app" to "feature.home",
            "feature.app" to "feature.host",
            "feature.host" to "feature.app",
        )
    }
}
