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

    private lateinit var worn: Appearance

    override fun attachBaseContext(base: Context) {
        worn = chosen(base)
        super.attachBaseContext(worn.dress(base))
    }

    /** The owner may have chosen another look on a screen above. */
    override fun onStart() {
        super.onStart()
        dressAnew()
    }

    /** Begins again where the owner has chosen another look since. */
    protected fun dressAnew() {
        if (worn != chosen(this)) recreate()
    }

    private fun chosen(context: Context) = Appearance.of(TelltaleApplication.of(context).settings.current)

    /** The views of [layout], which keep clear of the system's bars. */
    protected fun show(layout: Int) {
        setContentView(layout)
        Edges.draw(this)
    }

    protected fun <V : View> view(id: Int): V = requireNotNull(findViewById(id))
}
