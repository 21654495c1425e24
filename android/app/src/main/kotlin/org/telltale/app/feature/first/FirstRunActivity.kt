package org.telltale.app.feature.first

import android.content.Intent
import android.os.Bundle
import android.widget.Button
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.feature.home.WatchSwitch
import org.telltale.app.ui.BaseActivity
import org.telltale.app.ui.setTextOrGone

/** Says what the app does, what it cannot see and that nothing leaves the phone, then asks for the VPN. */
class FirstRunActivity : BaseActivity() {
    private val watch = WatchSwitch(this)

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        show(R.layout.first_run)
        view<Button>(R.id.first_watch).setOnClickListener { if (watch.turnOn()) goOn() }
        view<Button>(R.id.first_later).setOnClickListener { goOn() }
    }

    @Deprecated("The framework offers nothing else without a library.")
    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        val isGranted = watch.isGranted(requestCode, resultCode) ?: return
        if (isGranted) goOn() else view<TextView>(R.id.first_problem).setTextOrGone(getString(R.string.first_declined))
    }

    /** Home lies below; to go back from here is to leave. */
    @Deprecated("The framework offers nothing else before Android 13.")
    override fun onBackPressed() = finishAffinity()

    private fun goOn() {
        FirstRun(this).isDone = true
        finish()
    }
}
