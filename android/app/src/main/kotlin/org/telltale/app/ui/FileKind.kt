package org.telltale.app.ui

import java.time.LocalDate

/** What a file that leaves the app is called, and what other apps call its kind. */
enum class FileKind(val ending: String, val type: String) {
    CSV("csv", "text/csv"),
    JSON_LINES("jsonl", "application/x-ndjson"),
    HTML("html", "text/html");

    /** `telltale-2026-03-11.csv`. */
    fun nameAt(day: LocalDate): String = "telltale-$day.$ending"

    companion object {
        /** By the ending of [name]. */
        fun of(name: String) = entries.find { name.endsWith(".${it.ending}") } ?: CSV
    }
}
