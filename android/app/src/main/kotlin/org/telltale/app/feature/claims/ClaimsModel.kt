package org.telltale.app.feature.claims

import java.time.Clock
import java.time.Instant
import org.telltale.app.engine.Background
import org.telltale.app.engine.Claim
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records
import org.telltale.app.ui.ScreenModel

/** All that the list of claims shows; [claims] is null until they are known, and empty where nothing is recorded. */
data class ClaimsState(val now: Instant, val claims: List<Claim>? = null, val problem: String? = null)

/** What the list of claims shows: the whole record held against them. */
class ClaimsModel(private val records: Records, private val clock: Clock, background: Background) :
    ScreenModel<ClaimsState>(ClaimsState(clock.instant()), background) {
    override fun onStart() = refresh()

    fun refresh() = ask("claims", { records.claims(Query()) }) { outcome ->
        outcome.onSuccess { claims -> change { ClaimsState(clock.instant(), claims) } }
        outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty()) } }
    }
}
