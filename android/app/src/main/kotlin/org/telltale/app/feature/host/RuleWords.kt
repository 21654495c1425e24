package org.telltale.app.feature.host

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.Explanation
import org.telltale.app.engine.Network
import org.telltale.app.ui.Format
import org.telltale.app.ui.Parties

/** What the rulebook knows, in words. */
class RuleWords(private val resources: Resources, private val format: Format) {
    /** Its sources, one to a paragraph; that there are none, where there are none. */
    fun sources(explanation: Explanation): String =
        explanation.sources.joinToString("\n\n") { format.code(it.origin) }
            .ifEmpty { resources.getString(R.string.why_unknown) }

    /** `AS45102 of Alibaba, which rents servers out`. */
    fun network(network: Network): String {
        val text = if (network.isHosting) R.string.why_network_hosting else R.string.why_network_own
        return resources.getString(text, network.asn.toString(), Parties.name(network.party, resources), network.date)
    }
}
