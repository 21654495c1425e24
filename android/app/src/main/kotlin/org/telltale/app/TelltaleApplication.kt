package org.telltale.app

import android.app.Application

/** Lives as long as the process, and holds what its parts share. */
class TelltaleApplication : Application() {
    /** Null in a build without the binding to the Rust core. */
    var parts: Parts? = null
}
