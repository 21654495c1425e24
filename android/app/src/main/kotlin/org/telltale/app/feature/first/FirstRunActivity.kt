package org.telltale.app.feature.first

import android.app.Activity
import android.content.Intent
import android.net.VpnService
import android.os.Bundle
import android.view.View
import android.widget.Switch
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.vpn.TelltaleVpnService

/** Says what the app does, what it cannot see and that nothing leaves the phone, then asks for the VPN. */
class FirstRunActivity : Activity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.first_run)
        watchSwitch().setOnCheckedChangeListener { _, on -> if (on) askForConsent() else stopWatching() }
    }

    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        if (requestCode != CONSENT) return
        if (resultCode == RESULT_OK) startWatching() else decline()
    }

    private fun askForConsent() {
        val question = VpnService.prepare(this)
        if (question == null) startWatching() else startActivityForResult(question, CONSENT)
    }

    private fun startWatching() {
        problem().visibility = View.GONE
        startForegroundService(Intent(this, TelltaleVpnService::class.java))
    }

    private fun stopWatching() {
        stopService(Intent(this, TelltaleVpnService::class.java))
    }

    private fun decline() {
        watchSwitch().isChecked = false
        problem().setText(R.string.first_declined)
        problem().visibility = View.VISIBLE
    }

    private fun watchSwitch(): Switch = findViewById<Switch>(R.id.watch)

    private fun problem(): TextView = findViewById<TextView>(R.id.problem)

    private companion object {
        const val CONSENT = 1
    }
}
