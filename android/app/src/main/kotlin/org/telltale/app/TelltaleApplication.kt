package org.telltale.app

import android.app.Application
import org.telltale.app.engine.Engine

/** Lives as long as the process, and holds what its parts share. */
class TelltaleApplication : Application() {
    /** What relays and records; null in a build without the binding to the Rust core. */
    var engine: Engine? = null
}
