package org.telltale.app.vpn

import java.time.Clock
import java.time.LocalDate
import org.telltale.app.engine.HourRow
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records

/** What was found since midnight: reports to trackers, and how many apps sent them. */
data class Today(val findings: Long = 0, val apps: Int = 0) {
    companion object {
        /** Reads it from the record: it may wait. */
        fun read(records: Records, clock: Clock): Today = of(records.hours(query(clock)))

        internal fun query(clock: Clock): Query {
            val midnight = LocalDate.now(clock).atStartOfDay(clock.zone).toInstant()
            return Query(since = midnight, flagged = true)
        }

        internal fun of(hours: List<HourRow>): Today {
            val flagged = hours.filter { it.findings > 0 }
            return Today(flagged.sumOf { it.findings }, flagged.distinctBy { it.owner?.key }.size)
        }
    }
}
