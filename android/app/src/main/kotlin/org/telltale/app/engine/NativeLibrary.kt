package org.telltale.app.engine

import org.telltale.core.tunnelMtu

/** libtelltale.so. Opening it reads some megabytes: keep it away from the main thread. */
internal object NativeLibrary {
    /** Largest packet that the core takes from a tunnel, in bytes. Opens the library, and throws if there is none. */
    val tunnelMtu: Int by lazy {
        // JNA opens it as well, but does not introduce the Java machine to it, as the log and callbacks need.
        if (System.getProperty("java.vm.name") == "Dalvik") System.loadLibrary("telltale")
        tunnelMtu().toInt()
    }

    /** Opens the library, unless it is open. */
    fun open() {
        check(tunnelMtu > 0)
    }
}
