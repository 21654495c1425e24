package org.telltale.app.screens

import android.app.Activity
import android.content.ComponentName
import android.content.Intent
import android.content.IntentFilter
import android.content.pm.ApplicationInfo
import android.content.pm.PackageInfo
import android.view.View
import android.widget.ListView
import java.time.Duration
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.telltale.app.Parts
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.Engine
import org.telltale.app.engine.ExperimentRequest
import org.telltale.app.engine.PageText
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.RunPhase
import org.telltale.app.engine.RunState
import org.telltale.app.engine.Step
import org.telltale.app.engine.Subject
import org.telltale.app.engine.WaitReason
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SampleExperiments
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SampleResults
import org.telltale.app.sample.SampleRun

/** Puts browsers on the phone, Mi Browser among them. */
fun installBrowsers() {
    val packages = shadowOf(RuntimeEnvironment.getApplication().packageManager)
    mapOf("org.mozilla.firefox" to "Firefox", "com.mi.globalbrowser" to "Mi Browser", "com.android.chrome" to "Chrome")
        .forEach { (name, label) ->
            packages.installPackage(PackageInfo().apply {
                packageName = name
                applicationInfo = ApplicationInfo().apply {
                    packageName = name
                    nonLocalizedLabel = label
                }
            })
            val page = ComponentName(name, "$name.Main")
            packages.addActivityIfNotPresent(page)
            packages.addIntentFilterForActivity(page, IntentFilter(Intent.ACTION_VIEW).apply {
                addCategory(Intent.CATEGORY_BROWSABLE)
                addCategory(Intent.CATEGORY_DEFAULT)
                addDataScheme("http")
            })
        }
}

private fun parts(experiments: SampleExperiments = SampleExperiments(), engine: Engine = SampleEngine()): Parts =
    SampleParts.of(engine = engine, experiments = experiments)

private fun list(experiments: SampleExperiments = SampleExperiments()): Activity =
    start(Screens.experiments(useParts(parts(experiments))))

private fun prepare(claim: ClaimId, engine: Engine = SampleEngine(), leftOut: Set<String> = emptySet()): Activity {
    val app = useParts(parts(engine = engine))
    installBrowsers()
    app.settings.change { it.copy(excludedApps = leftOut) }
    return start(Screens.experiment(app, claim))
}

private fun run(step: Step, claim: ClaimId = ClaimId.C1, phase: RunPhase = RunPhase.RUNNING, trial: Int = 3): Activity =
    run(SampleRun.state(step, phase, trial), claim)

private fun run(state: RunState, claim: ClaimId): Activity {
    val app = useParts(begun(state, claim))
    return start(Screens.run(app))
}

/** An experiment goes on, and stands at [state]. */
private fun begun(state: RunState, claim: ClaimId): Parts {
    val experiments = SampleExperiments().apply { first = state }
    return parts(experiments).apply {
        runs.begin(ExperimentRequest(Subject(claim, "com.mi.globalbrowser"), isShort = true, PageText("", ""))) {}
    }
}

private fun result(id: Long, halves: Int = 0): Activity = start(Screens.result(useParts(parts()), id)).apply {
    val list = view<ListView>(R.id.content)
    repeat(halves) {
        list.scrollListBy(list.height / 2)
        shadowOf(android.os.Looper.getMainLooper()).idle()
    }
}

private const val MARKER = "0017-Zk3vQ9wPnT_1sXyB8uRfMa2LdHc7EoGi5JtKqW6VbN4zUeYrAxCjOpSmFhIlDgQ"

/** Experiments: the list, what comes before, all that may go on, and results of every kind. */
val EXPERIMENT_SCREENS = listOf(
    Screen("experiments") { list() },
    Screen("experiments-live") {
        start(Screens.experiments(useParts(begun(SampleRun.state(Step.Wait(WaitReason.FLUSH, Duration.ofSeconds(9))), ClaimId.C1))))
    },
    Screen("experiments-failed") {
        list(SampleExperiments().apply { failure = RecordException("The record is locked by another program.") })
    },
    Screen("experiment-pages") { prepare(ClaimId.C2) },
    Screen("experiment-person") { prepare(ClaimId.C4) },
    Screen("experiment-off") { prepare(ClaimId.C1, SampleEngine(SampleEngine.OFF)) },
    Screen("experiment-left-out") { prepare(ClaimId.C1, leftOut = setOf("com.mi.globalbrowser")) },
    Screen("run-baseline") { run(Step.Wait(WaitReason.BASELINE, Duration.ofSeconds(48)), trial = 0) },
    Screen("run-visiting") { run(Step.Visiting(7, 26)) },
    Screen("run-overdue") { run(Step.Open("http://192.0.2.1/a", isOverdue = true)) },
    Screen("run-ask") { run(Step.Ask(MARKER, 1, 0), ClaimId.C3) },
    Screen("run-set-up") { run(Step.SetUp(1), ClaimId.C2, trial = 0) },
    Screen("run-paused") { run(Step.Nothing, phase = RunPhase.PAUSED) },
    Screen("run-interrupted") { run(SampleRun.state(Step.Nothing, RunPhase.INTERRUPTED).copy(problem = "The tunnel was closed by Android."), ClaimId.C1) },
    Screen("run-end") { run(Step.Visiting(7, 26)).apply { view<View>(R.id.run_end).performClick() } },
    Screen("result-uploaded") { result(SampleResults.UPLOADED) },
    Screen("result-uploaded-numbers") { result(SampleResults.UPLOADED, halves = 2) },
    Screen("result-not-uploaded") { result(SampleResults.NOT_UPLOADED) },
    Screen("result-noise") { result(SampleResults.NOISE) },
    Screen("result-interrupted") { result(SampleResults.INTERRUPTED) },
    Screen("result-counted") { result(SampleResults.COUNTED) },
    Screen("result-settings") { result(SampleResults.SETTINGS) },
    Screen("result-settings-table") { result(SampleResults.SETTINGS, halves = 3) },
    Screen("result-switched") { result(SampleResults.SWITCHED) },
    Screen("result-ended") { result(SampleResults.ABORTED) },
    Screen("result-gone") { result(99) },
)
