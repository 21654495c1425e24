package org.telltale.app.screens

import android.app.Activity
import android.content.Intent
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.telltale.app.Parts
import org.telltale.app.TelltaleApplication
import org.telltale.app.feature.first.FirstRun
import org.telltale.app.sample.SampleWeek

/** A screen as its pictures are called, and how one gets there. */
class Screen(val name: String, val show: () -> Activity) {
    override fun toString() = name
}

/** Starts an activity by an intent with what [fill] adds, until it can be touched. */
inline fun <reified T : Activity> start(fill: Intent.() -> Unit = {}): T =
    start(Intent(RuntimeEnvironment.getApplication(), T::class.java).apply(fill)) as T

/** Starts the activity of the app that [intent] names, until it can be touched. */
fun start(intent: Intent): Activity {
    val type = Class.forName(checkNotNull(intent.component).className).asSubclass(Activity::class.java)
    return Robolectric.buildActivity(type, intent).setup().get()
}

/** Gives the app what its screens ask, past the first page; answers with the app. */
fun useParts(parts: Parts = SampleWeek.parts()): TelltaleApplication {
    val app = RuntimeEnvironment.getApplication() as TelltaleApplication
    app.parts = parts
    FirstRun(app).isDone = true
    return app
}
