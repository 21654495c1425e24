package org.telltale.app

import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import org.junit.Assert.assertEquals
import org.junit.Test
import org.w3c.dom.Element

/** Every language says all that English says, with the same things filled in. */
class StringsTest {
    /** Texts by key; the forms of a plural by key and quantity. */
    private val english = textsOf("values")

    @Test
    fun `every language has every key and no other`() = eachLanguage { texts ->
        val (keys, wanted) = texts.keys.map(::withoutQuantity).toSet() to english.keys.map(::withoutQuantity).toSet()
        (wanted - keys).map { "lacks $it" } + (keys - wanted).map { "has $it, which English has not" }
    }

    @Test
    fun `every language fills in the same`() = eachLanguage { texts ->
        texts.mapNotNull { (key, text) ->
            val original = english[key] ?: english[withoutQuantity(key) + "#other"] ?: return@mapNotNull null
            "$key: $text".takeIf { placeholders(text) != placeholders(original) }
        }
    }

    @Test
    fun `every language has the plural forms that it needs`() = eachLanguage { texts, language ->
        texts.keys.filter { '#' in it }.groupBy(::withoutQuantity).mapNotNull { (key, forms) ->
            val missing = QUANTITIES.getValue(language) - forms.map { it.substringAfter('#') }.toSet()
            "$key lacks $missing".takeIf { missing.isNotEmpty() }
        }
    }

    @Test
    fun `the system is told of every language`() {
        val config = parse(File(RESOURCES, "xml/languages.xml"))
        val told = elements(config, "locale").map { it.getAttribute("android:name") }.toSet()
        assertEquals(setOf("en", "zh-CN", "es", "pt-BR", "ru", "hi", "id", "de", "fr", "it"), told)
    }

    private fun eachLanguage(problems: (Map<String, String>) -> List<String>) = eachLanguage { texts, _ -> problems(texts) }

    private fun eachLanguage(problems: (Map<String, String>, String) -> List<String>) {
        val all = QUANTITIES.keys.flatMap { language ->
            problems(textsOf("values-$language"), language).map { "$language: $it" }
        }
        assertEquals("", all.joinToString("\n"))
    }

    private fun textsOf(folder: String): Map<String, String> {
        val files = File(RESOURCES, folder).listFiles { file -> file.name.startsWith("strings") }.orEmpty()
        return files.map(::parse).flatMap { stringsOf(it) + pluralsOf(it) }.toMap()
    }

    private fun stringsOf(file: Element) = elements(file, "string")
        .filter { it.getAttribute("translatable") != "false" }
        .map { it.getAttribute("name") to it.textContent }

    private fun pluralsOf(file: Element) = elements(file, "plurals").flatMap { plural ->
        elements(plural, "item").map { "${plural.getAttribute("name")}#${it.getAttribute("quantity")}" to it.textContent }
    }

    private fun elements(parent: Element, name: String): List<Element> {
        val found = parent.getElementsByTagName(name)
        return (0 until found.length).map { found.item(it) as Element }
    }

    private fun parse(file: File): Element =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).documentElement

    private fun withoutQuantity(key: String) = key.substringBefore('#')

    private fun placeholders(text: String) = PLACEHOLDER.findAll(text).map { it.value }.sorted().toList()

    private companion object {
        const val RESOURCES = "app/src/main/res"
        val PLACEHOLDER = Regex("%(\\d+\\$)?[a-zA-Z]")

        /** The languages beside English, and the quantities that each tells apart. */
        val QUANTITIES = mapOf(
            "zh-rCN" to setOf("other"),
            "es" to setOf("one", "other"),
            "pt-rBR" to setOf("one", "other"),
            "ru" to setOf("one", "few", "many", "other"),
            "hi" to setOf("one", "other"),
            "in" to setOf("other"),
            "de" to setOf("one", "other"),
            "fr" to setOf("one", "other"),
            "it" to setOf("one", "other"),
        )
    }
}
