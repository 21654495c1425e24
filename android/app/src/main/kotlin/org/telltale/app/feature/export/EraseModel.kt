package org.telltale.app.feature.export

import java.time.Clock
import org.telltale.app.Parts
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query
import org.telltale.app.engine.Records
import org.telltale.app.engine.Scope
import org.telltale.app.ui.Period
import org.telltale.app.ui.ScreenModel

/** What is to be forgotten. */
data class EraseChoice(
    val period: Period = Period.ALL,
    /** The key of an app's owner; null for all apps. */
    val app: String? = null,
)

/** What would be gone. */
data class Loss(val apps: Int, val flows: Long, val findings: Long)

/** What is chosen, and what that would cost; [loss] is null until it is counted. */
data class EraseState(
    val choice: EraseChoice = EraseChoice(),
    val apps: List<AppChoice>? = null,
    val loss: Loss? = null,
    val isErasing: Boolean = false,
    val isDone: Boolean = false,
    /** Why it could not be counted or forgotten. */
    val problem: String? = null,
) {
    val app: AppChoice? get() = apps?.find { it.key == choice.app }

    val canErase: Boolean get() = !isErasing && loss != null && loss.apps > 0
}

/** Counts what a part of the record holds, and forgets it. */
class EraseModel(private val parts: Parts) : ScreenModel<EraseState>(EraseState(), parts.background) {
    override fun onStart() {
        ask("apps", { AppChoice.all(parts) }) { outcome ->
            // The one that is chosen stays, with its name, also when nothing is left of it.
            outcome.onSuccess { apps -> change { it.copy(apps = (apps + listOfNotNull(it.app)).distinct()) } }
        }
        count()
    }

    fun choose(choice: EraseChoice) {
        if (choice == state.choice) return
        change { it.copy(choice = choice, loss = null, isDone = false, problem = null) }
        count()
    }

    /** Forgets what is chosen, for good. */
    fun erase() {
        val scope = scopeOf(state.choice, parts.clock)
        change { it.copy(isErasing = true, problem = null) }
        ask("erase", { parts.records.erase(scope) }) { outcome ->
            val problem = outcome.exceptionOrNull()?.run { message.orEmpty() }
            change { it.copy(isErasing = false, isDone = outcome.isSuccess, problem = problem) }
            onStart()
        }
    }

    fun count() {
        val scope = scopeOf(state.choice, parts.clock)
        ask("loss", { lossOf(scope, parts.records) }) { outcome ->
            outcome.onSuccess { loss -> change { it.copy(loss = loss) } }
            outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty()) } }
        }
    }

    companion object {
        private const val MOST_APPS = 2_000

        internal fun scopeOf(choice: EraseChoice, clock: Clock) =
            Scope(app = choice.app, since = choice.period.since(clock.instant(), clock.zone))

        internal fun lossOf(scope: Scope, records: Records): Loss {
            val rows = records.apps(Query(since = scope.since, until = scope.until, app = scope.app), Page(0, MOST_APPS))
            return Loss(rows.size, rows.sumOf { it.amount.flows }, rows.sumOf { it.findings })
        }
    }
}
