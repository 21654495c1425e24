package org.telltale.app.feature.home

import android.app.Activity
import org.telltale.app.vpn.Watch

/** Switches the watch on, after Android has asked for consent, and off. */
class WatchSwitch(private val activity: Activity) {
    /** Answers whether it is on at once; else Android asks, and [isGranted] knows what came of it. */
    fun turnOn(): Boolean {
        val question = Watch.question(activity)
        if (question == null) Watch.start(activity) else activity.startActivityForResult(question, CONSENT)
        return question == null
    }

    fun turnOff() = Watch.stop(activity)

    /** Starts the watch if consent was given; null if [request] is about something else. */
    fun isGranted(request: Int, result: Int): Boolean? {
        if (request != CONSENT) return null
        return result == Activity.RESULT_OK && Watch.start(activity)
    }

    private companion object {
        const val CONSENT = 1
    }
}
