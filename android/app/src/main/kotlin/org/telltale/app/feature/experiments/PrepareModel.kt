package org.telltale.app.feature.experiments

import org.telltale.app.engine.Background
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.Engine
import org.telltale.app.engine.ExperimentRequest
import org.telltale.app.engine.Experiments
import org.telltale.app.engine.PageText
import org.telltale.app.engine.Phase
import org.telltale.app.engine.PlanSummary
import org.telltale.app.engine.Runs
import org.telltale.app.engine.Subject
import org.telltale.app.settings.Settings
import org.telltale.app.ui.ScreenModel

/** All that is shown before an experiment begins. */
data class PrepareState(
    val claim: ClaimId,
    /** The package that is to be tried; null until there is a choice. */
    val app: String?,
    val isShort: Boolean = true,
    /** Null until they are known. */
    val apps: List<AppChoice>? = null,
    val shortPlan: PlanSummary? = null,
    val thoroughPlan: PlanSummary? = null,
    val isWatching: Boolean = false,
    /** Packages that go past the tunnel. */
    val leftOut: Set<String> = emptySet(),
    val hasAnother: Boolean = false,
    val isStarting: Boolean = false,
    /** It has begun: its screen is to be shown. */
    val hasBegun: Boolean = false,
    val problem: String? = null,
) {
    val plan: PlanSummary? get() = if (isShort) shortPlan else thoroughPlan

    /** How the app is called. */
    val label: String? get() = apps?.find { it.packageName == app }?.label ?: app

    val isLeftOut: Boolean get() = app in leftOut

    val canStart: Boolean
        get() = app != null && plan != null && isWatching && !isLeftOut && !hasAnother && !isStarting
}

/** Chooses app and length of an experiment, and begins it. */
class PrepareModel(
    claim: ClaimId,
    app: String?,
    private val fitting: FittingApps,
    private val experiments: Experiments,
    private val runs: Runs,
    private val engine: Engine,
    private val settings: Settings,
    background: Background,
) : ScreenModel<PrepareState>(PrepareState(claim, app), background) {
    private var watches = emptyList<AutoCloseable>()

    override fun onStart() {
        watches = listOf(
            engine.observeQuietly { next -> change { it.copy(isWatching = next.phase == Phase.WATCHING) } },
            settings.observe { next -> change { it.copy(leftOut = next.excludedApps) } },
            runs.observe { live -> change { it.copy(hasAnother = live?.state?.isGoingOn == true && !it.hasBegun) } },
        )
        refresh()
    }

    override fun onStop() {
        watches.forEach { it.close() }
        watches = emptyList()
    }

    fun refresh() {
        ask("apps", { fitting.of(state.claim) }) { outcome ->
            outcome.onSuccess(::offer)
            outcome.onFailure(::fail)
        }
        ask("plans", { listOf(true, false).map { experiments.plan(state.claim, it) } }) { outcome ->
            outcome.onSuccess { (short, thorough) -> change { it.copy(shortPlan = short, thoroughPlan = thorough) } }
            outcome.onFailure(::fail)
        }
    }

    fun choose(app: String) = change { it.copy(app = app) }

    fun choose(isShort: Boolean) = change { it.copy(isShort = isShort) }

    /** Begins; its pages say what [pageText] says. */
    fun start(pageText: PageText) {
        val app = state.app
        if (!state.canStart || app == null) return
        change { it.copy(isStarting = true, problem = null) }
        runs.begin(ExperimentRequest(Subject(state.claim, app), state.isShort, pageText)) { outcome ->
            change { it.copy(isStarting = false, hasBegun = outcome.isSuccess, hasAnother = false) }
            outcome.onFailure(::fail)
        }
    }

    /** An app that cannot be tried for this claim is not kept. */
    private fun offer(apps: List<AppChoice>) = change { before ->
        val app = before.app?.takeIf { wanted -> apps.any { it.packageName == wanted } }
        before.copy(apps = apps, app = app ?: apps.firstOrNull { it.fits }?.packageName, problem = null)
    }

    private fun fail(trouble: Throwable) = change { it.copy(problem = trouble.message.orEmpty()) }
}
