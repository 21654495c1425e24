package org.telltale.app.control

import android.os.Build
import android.service.quicksettings.Tile
import android.service.quicksettings.TileService
import org.telltale.app.R
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Phase
import org.telltale.app.vpn.Doors
import org.telltale.app.vpn.Watch

/** The switch among the quick settings. */
class WatchTile : TileService() {
    private var observer: AutoCloseable? = null

    override fun onStartListening() {
        observer = TelltaleApplication.of(this).parts.engine.observeQuietly(::show)
    }

    override fun onStopListening() {
        observer?.close()
        observer = null
    }

    /** Whoever finds the phone locked is not to stop the watch. */
    override fun onClick() = if (isLocked) unlockAndRun(::toggle) else toggle()

    private fun toggle() = when {
        Watch.isOn(this) -> Watch.stop(this)
        Watch.start(this) -> Unit
        else -> openHome()
    }

    private fun show(state: EngineState) {
        val tile = qsTile ?: return
        val isOn = state.phase == Phase.STARTING || state.phase == Phase.WATCHING
        tile.state = if (isOn) Tile.STATE_ACTIVE else Tile.STATE_INACTIVE
        val words = getString(if (isOn) R.string.tile_on else R.string.tile_off)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) tile.subtitle = words
        tile.contentDescription = "${getString(R.string.tile_label)}, $words"
        tile.updateTile()
    }

    /** There the system can ask its question. */
    private fun openHome() {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.UPSIDE_DOWN_CAKE) startActivityAndCollapse(Doors.home(this))
        else @Suppress("DEPRECATION") startActivityAndCollapse(Doors.homeIntent(this))
    }
}
