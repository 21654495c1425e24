package org.telltale.app.screens

import android.app.Activity
import android.content.Context
import android.content.Intent
import org.telltale.app.Parts
import org.telltale.app.Screens
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Phase
import org.telltale.app.engine.RecordException
import org.telltale.app.feature.first.FirstRunActivity
import org.telltale.app.feature.home.HomeActivity
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SampleRecords
import org.telltale.app.sample.SampleWeek
import org.telltale.app.ui.Period

/** Every screen that a person can get to, in the states that look different. A new one is one more line. */
val SCREENS = listOf(
    Screen("first-run") { start<FirstRunActivity>() },
    Screen("home") { home() },
    Screen("home-off") { home(SampleWeek.parts(SampleEngine(SampleEngine.OFF))) },
    Screen("home-never") { home(SampleWeek.nothing()) },
    Screen("home-failed") { home(failing()) },
    Screen("coverage") { show { Screens.coverage(it, Period.WEEK) } },
    Screen("app") { show { Screens.app(it, Owner(10_081, listOf(SampleWeek.BROWSER))) } },
    Screen("app-shared") { show { Screens.app(it, Owner(1_000, emptyList())) } },
    Screen("app-nobody") { show { Screens.app(it, null) } },
    Screen("host") { show { Screens.host(it, "sa.api.intl.miui.com") } },
    Screen("host-expected") { show { Screens.host(it, "account.xiaomi.com") } },
    Screen("host-address") { show { Screens.host(it, "47.241.69.153") } },
) + EVIDENCE_SCREENS + CLAIMS_SCREENS + EXPERIMENT_SCREENS + TIMELINE_SCREENS + SETTINGS_SCREENS

private fun home(parts: Parts = SampleWeek.parts()): HomeActivity {
    useParts(parts)
    return start<HomeActivity>()
}

private fun show(intent: (Context) -> Intent): Activity = start(intent(useParts()))

private fun failing(): Parts {
    val records = SampleRecords(emptyList()).apply { failure = RecordException("The record is locked by another program.") }
    return SampleParts.of(records, SampleEngine(EngineState(Phase.FAILED, problem = "The tunnel was closed by Android.")))
}
