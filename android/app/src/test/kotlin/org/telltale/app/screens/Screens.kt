package org.telltale.app.screens

import android.app.Activity
import android.content.Intent
import org.robolectric.RuntimeEnvironment
import org.telltale.app.Parts
import org.telltale.app.Screens
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Phase
import org.telltale.app.engine.RecordException
import org.telltale.app.feature.app.AppActivity
import org.telltale.app.feature.first.FirstRun
import org.telltale.app.feature.first.FirstRunActivity
import org.telltale.app.feature.home.CoverageActivity
import org.telltale.app.feature.home.HomeActivity
import org.telltale.app.feature.host.HostActivity
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SamplePhone
import org.telltale.app.sample.SampleRecords
import org.telltale.app.ui.Period

/** Every screen that a person can get to, in the states that look different. A new one is one more line. */
val SCREENS = listOf(
    Screen("first-run") { start<FirstRunActivity>() },
    Screen("home") { on(SampleParts.of()) { start<HomeActivity>() } },
    Screen("home-never-watched") { on(neverWatched()) { start<HomeActivity>() } },
    Screen("home-failed") { on(failing()) { start<HomeActivity>() } },
    Screen("coverage") { on(SampleParts.of()) { opened<CoverageActivity>(Screens.coverage(application, Period.WEEK)) } },
    Screen("app") { on(SampleParts.of()) { opened<AppActivity>(Screens.app(application, owner(10142))) } },
    Screen("app-shared") { on(SampleParts.of()) { opened<AppActivity>(Screens.app(application, owner(1000))) } },
    Screen("app-unknown") { on(SampleParts.of()) { opened<AppActivity>(Screens.app(application, null)) } },
    Screen("host") { on(SampleParts.of()) { opened<HostActivity>(Screens.host(application, "sa.api.intl.miui.com")) } },
    Screen("host-expected") { on(SampleParts.of()) { opened<HostActivity>(Screens.host(application, "account.xiaomi.com")) } },
) + TIMELINE_SCREENS + SETTINGS_SCREENS

private val application get() = RuntimeEnvironment.getApplication() as TelltaleApplication

/** On a phone with [parts], whose owner has read the first page. */
private fun on(parts: Parts, show: () -> Activity): Activity {
    FirstRun(useParts(parts)).isDone = true
    return show()
}

private inline fun <reified T : Activity> opened(intent: Intent): T = start { replaceExtras(intent) }

private fun owner(uid: Int) = Owner(uid, emptyList())

private fun neverWatched() = SampleParts.of(SampleRecords(emptyList()), SampleEngine(SampleEngine.OFF))

private fun failing(): Parts {
    val records = SamplePhone.records().apply { failure = RecordException("The record is locked by another program.") }
    return SampleParts.of(records, SampleEngine(EngineState(Phase.FAILED, problem = "The tunnel was closed by Android.")))
}
