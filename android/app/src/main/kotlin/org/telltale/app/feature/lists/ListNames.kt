package org.telltale.app.feature.lists

/** What an own list is called: by the file that it comes from, in the letters that a list's name may have. */
object ListNames {
    private const val MOST = 60
    private val ENDING = Regex("\\.(txt|hosts|list|csv)$", RegexOption.IGNORE_CASE)
    private val OTHERS = Regex("[^A-Za-z0-9._-]+")

    /** A name for a list from the file [document]; null where a document has none. */
    fun of(document: String?): String {
        val plain = document.orEmpty().replace(ENDING, "").replace(OTHERS, "-").trim('-', '.').take(MOST)
        return plain.ifEmpty { "list" }
    }

    /** [name], or with the first number that makes it another one than those [taken]. */
    fun free(name: String, taken: Collection<String>): String =
        (sequenceOf(name) + generateSequence(2) { it + 1 }.map { "$name-$it" }).first { it !in taken }
}
