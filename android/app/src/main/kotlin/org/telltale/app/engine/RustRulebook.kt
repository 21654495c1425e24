package org.telltale.app.engine

import android.os.ParcelFileDescriptor
import org.telltale.core.Rules

/** The catalogue inside of the Rust core, and the own lists beside the record. */
class RustRulebook(private val places: Places) : Rulebook {
    private val rules: Rules by lazy {
        NativeLibrary.open()
        Rules.open(places.lists.path)
    }

    override fun explain(subject: String) = translating { rules.check(subject).toApp() }

    override fun sources(citation: String) = translating { rules.sources(citation).map { it.toApp() } }

    override fun lists() = translating { rules.lists() }

    override fun add(name: String, file: ParcelFileDescriptor, replace: Boolean) = file.use {
        translating { rules.add(name, file.detachFd(), replace).toApp() }
    }

    override fun remove(name: String) = translating { rules.remove(name) }
}
