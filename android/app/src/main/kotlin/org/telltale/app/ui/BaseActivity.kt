package org.telltale.app.ui

import android.app.Activity
import android.content.Context
import android.view.View
import org.telltale.app.Parts
import org.telltale.app.TelltaleApplication

/** A page in the owner's colours and language, edge to edge. */
abstract class BaseActivity : Activity() {
    protected val parts: Parts get() = (application as TelltaleApplication).parts

    protected val format: Format by lazy { Format(this) }

    override fun attachBaseContext(base: Context) {
        super.attachBaseContext(Appearance.of(TelltaleApplication.of(base).settings.current).dress(base))
    }

    /** The views of [layout], which keep clear of the system's bars. */
    protected fun show(layout: Int) {
        setContentView(layout)
        Edges.draw(this)
    }

    protected fun <V : View> view(id: Int): V = requireNotNull(findViewById(id))
}
