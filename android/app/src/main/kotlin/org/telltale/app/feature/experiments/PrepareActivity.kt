package org.telltale.app.feature.experiments

import android.Manifest
import android.app.AlertDialog
import android.content.Intent
import android.content.pm.PackageManager
import android.os.Build
import android.os.Bundle
import android.widget.ListView
import android.widget.Toast
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.TelltaleApplication
import org.telltale.app.feature.home.WatchSwitch
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.TopBar

/** Which app is tried, for how long, what will happen, and what it can show. */
class PrepareActivity : ScreenActivity<PrepareState, PrepareModel>() {
    private val watch = WatchSwitch(this)
    private lateinit var header: PrepareHeader
    private lateinit var list: ItemList
    private val items by lazy { PrepareItems(resources, format) }

    override fun createModel() = PrepareModel(
        Screens.triedClaimOf(intent), Screens.experimentAppOf(intent), PhoneFittingApps(packageManager, packageName),
        parts.experiments, parts.runs, parts.engine, TelltaleApplication.of(this).settings, parts.background,
    )

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.experiments_one)
            leads(this@PrepareActivity)
        }
        val content = view<ListView>(R.id.content)
        header = PrepareHeader(content, items)
        header.onApp = ::askApp
        header.onShort = model::choose
        header.onObstacle = ::clear
        header.onStart = ::start
        list = ItemList(content)
    }

    override fun render(state: PrepareState) {
        header.render(state)
        list.items = items.of(state)
        if (state.hasBegun && !isFinishing) {
            startActivity(Screens.run(this))
            finish()
        }
    }

    @Deprecated("The framework offers nothing else without a library.")
    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        if (watch.isGranted(requestCode, resultCode) != false) return
        Toast.makeText(this, R.string.first_declined, Toast.LENGTH_LONG).show()
    }

    /** Whatever the answer is: without notifications the screen of the experiment says the same. */
    override fun onRequestPermissionsResult(requestCode: Int, permissions: Array<String>, grantResults: IntArray) =
        model.start(resources.pageText())

    private fun clear(obstacle: Obstacle) {
        when (obstacle) {
            Obstacle.ANOTHER -> startActivity(Screens.run(this))
            Obstacle.LEFT_OUT -> startActivity(Screens.leftOut(this))
            Obstacle.NO_WATCH -> watch.turnOn()
        }
    }

    private fun start() {
        if (maySay()) model.start(resources.pageText()) else requestPermissions(arrayOf(NOTIFICATIONS), ASKED)
    }

    private fun maySay() = Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU ||
        checkSelfPermission(NOTIFICATIONS) == PackageManager.PERMISSION_GRANTED

    private fun askApp() {
        val apps = model.state.apps.orEmpty()
        AlertDialog.Builder(this)
            .setTitle(R.string.experiments_app)
            .setSingleChoiceItems(
                apps.map { it.label }.toTypedArray(), apps.indexOfFirst { it.packageName == model.state.app },
            ) { dialog, at ->
                dialog.dismiss()
                model.choose(apps[at].packageName)
            }
            .setNegativeButton(R.string.mark_cancel, null)
            .show()
    }

    private companion object {
        const val NOTIFICATIONS = Manifest.permission.POST_NOTIFICATIONS
        const val ASKED = 1
    }
}
