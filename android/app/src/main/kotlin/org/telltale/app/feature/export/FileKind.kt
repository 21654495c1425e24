package org.telltale.app.feature.export

import java.time.LocalDate
import org.telltale.app.engine.ExportFormat

/** What a file of the record is called, and what other apps call its kind. */
enum class FileKind(val format: ExportFormat, val ending: String, val type: String) {
    CSV(ExportFormat.CSV, "csv", "text/csv"),
    JSON_LINES(ExportFormat.JSON_LINES, "jsonl", "application/x-ndjson");

    /** `telltale-2026-03-11.csv`. */
    fun nameAt(day: LocalDate): String = "telltale-$day.$ending"

    companion object {
        fun of(format: ExportFormat) = entries.first { it.format == format }

        /** By the ending of [name]. */
        fun of(name: String) = entries.find { name.endsWith(".${it.ending}") } ?: CSV
    }
}
