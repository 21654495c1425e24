package org.telltale.app.feature.about

import android.content.res.Resources
import org.telltale.app.R

/** Other people's code within the app: [version] and [holders] are empty where there are none. */
data class Library(val name: String, val version: String, val licence: String, val holders: String)

/** A licence with its text. Every library is under one of these, if by choice. */
enum class Licence(val id: String, val text: Int) {
    APACHE("Apache-2.0", R.raw.licence_apache),
    MIT("MIT", R.raw.licence_mit),
    MPL("MPL-2.0", R.raw.licence_mpl),
    UNICODE("Unicode-3.0", R.raw.licence_unicode),
    ZLIB("Zlib", R.raw.licence_zlib),
    BSD("0BSD", R.raw.licence_0bsd),
    BSD3("BSD-3-Clause", R.raw.licence_bsd3),
    ISC("ISC", R.raw.licence_isc);

    /** The whole text, in lines of any length. */
    fun read(resources: Resources): String =
        flow(resources.openRawResource(text).bufferedReader().use { it.readLines() })

    companion object {
        /** Lines shorter than this end where they are: they are titles, or the last of a paragraph. */
        private const val FULL = 45

        /** Paragraphs were broken for a screen of 80 letters; a phone breaks them anew. */
        internal fun flow(lines: List<String>): String {
            val text = StringBuilder()
            var before = ""
            lines.map(String::trim).forEach { line ->
                val goesOn = before.length >= FULL && line.isNotEmpty()
                if (text.isNotEmpty()) text.append(if (goesOn) ' ' else '\n')
                text.append(line)
                before = line
            }
            return text.trim().toString()
        }
    }
}

/** What `scripts/licences.sh` wrote down. */
object Libraries {
    fun read(resources: Resources): List<Library> =
        resources.openRawResource(R.raw.licences).bufferedReader().useLines { lines -> lines.map(::parse).toList() }
            .sortedWith(compareBy(String.CASE_INSENSITIVE_ORDER) { it.name })

    private fun parse(line: String): Library {
        val (name, version, licence, holders) = line.split('\t', limit = 4)
        return Library(name, version, licence, holders.replace(";", "\n"))
    }
}
