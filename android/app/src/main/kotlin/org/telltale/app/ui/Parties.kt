package org.telltale.app.ui

import android.content.res.Resources
import java.util.Locale
import org.telltale.app.R

/** How the parties of the catalogue are called. */
object Parties {
    /** The name of [party]; null is whoever is behind the hosts of an own list. */
    fun name(party: String?, resources: Resources): String = when (party) {
        null -> resources.getString(R.string.party_unknown)
        "xiaomi" -> resources.getString(R.string.party_xiaomi)
        "alibaba" -> resources.getString(R.string.party_alibaba)
        "sensors" -> resources.getString(R.string.party_sensors)
        else -> party.replaceFirstChar { it.titlecase(Locale.ROOT) }
    }

    /** The same in the middle of a sentence. */
    fun within(party: String?, resources: Resources): String =
        if (party == null) resources.getString(R.string.home_others) else name(party, resources)
}
