package org.telltale.app.feature.home

import android.app.Activity
import android.content.Intent
import android.net.VpnService
import org.telltale.app.vpn.TelltaleVpnService

/** Switches the watch on, after Android has asked for consent, and off. */
class WatchSwitch(private val activity: Activity) {
    /** Answers whether it is on at once; else Android asks, and [isGranted] knows what came of it. */
    fun turnOn(): Boolean {
        val question = VpnService.prepare(activity)
        if (question == null) start() else activity.startActivityForResult(question, CONSENT)
        return question == null
    }

    fun turnOff() {
        activity.stopService(Intent(activity, TelltaleVpnService::class.java))
    }

    /** Starts the watch if consent was given; null if [request] is about something else. */
    fun isGranted(request: Int, result: Int): Boolean? {
        if (request != CONSENT) return null
        val isGranted = result == Activity.RESULT_OK
        if (isGranted) start()
        return isGranted
    }

    private fun start() {
        activity.startForegroundService(Intent(activity, TelltaleVpnService::class.java))
    }

    private companion object {
        const val CONSENT = 1
    }
}
