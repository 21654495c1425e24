package org.telltale.app.feature.experiments

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.Verdict

/** What came out, in a word or two. */
internal fun Resources.verdict(verdict: Verdict): String = getString(
    when (verdict) {
        Verdict.UPLOADED, Verdict.CONFIRMED -> R.string.results_uploaded
        Verdict.NOT_UPLOADED -> R.string.results_not_uploaded
        Verdict.CONSISTENT_WITH -> R.string.results_consistent
        Verdict.NOT_SEEN, Verdict.CONTRADICTED -> R.string.results_not_seen
        Verdict.UNDECIDED, Verdict.NOT_OBSERVABLE -> R.string.results_undecided
    },
)

/** Something was found, be it a proof or not. */
internal val Verdict.isPositive: Boolean get() = this == Verdict.UPLOADED || this == Verdict.CONSISTENT_WITH
