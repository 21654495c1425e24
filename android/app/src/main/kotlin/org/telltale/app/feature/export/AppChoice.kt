package org.telltale.app.feature.export

import org.telltale.app.Parts
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query

/** An app of the record that can be chosen. */
data class AppChoice(val key: String, val label: String) {
    companion object {
        /** More than a phone has. */
        private const val MOST = 2_000

        /** Every app with an owner that is known, by name; it may wait. */
        fun all(parts: Parts): List<AppChoice> = parts.records.apps(Query(), Page(0, MOST))
            .mapNotNull { row -> row.owner?.let { AppChoice(it.key, parts.apps.describe(it).label) } }
            .sortedWith(compareBy(String.CASE_INSENSITIVE_ORDER) { it.label })
    }
}
