package org.telltale.app.screens

import android.app.Activity
import android.content.Intent
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment

/** A screen as its pictures are called, and how one gets there. */
class Screen(val name: String, val show: () -> Activity) {
    override fun toString() = name
}

/** Starts an activity by the intent that [open] makes, until it can be touched. */
inline fun <reified T : Activity> start(open: Intent.() -> Unit = {}): T {
    val intent = Intent(RuntimeEnvironment.getApplication(), T::class.java).apply(open)
    return Robolectric.buildActivity(T::class.java, intent).setup().get()
}
