package org.telltale.app.screens

import android.app.Activity
import android.content.Intent
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.telltale.app.Parts
import org.telltale.app.TelltaleApplication
import org.telltale.app.sample.SampleParts

/** A screen as its pictures are called, and how one gets there. */
class Screen(val name: String, val show: () -> Activity) {
    override fun toString() = name
}

/** Starts an activity by the intent that [open] makes, until it can be touched. */
inline fun <reified T : Activity> start(open: Intent.() -> Unit = {}): T {
    val intent = Intent(RuntimeEnvironment.getApplication(), T::class.java).apply(open)
    return Robolectric.buildActivity(T::class.java, intent).setup().get()
}

/** Gives the app what its screens ask, and answers with the app. */
fun useParts(parts: Parts = SampleParts.of()): TelltaleApplication =
    (RuntimeEnvironment.getApplication() as TelltaleApplication).also { it.parts = parts }
