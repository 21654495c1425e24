package org.telltale.app.ui

import android.os.Bundle

/** One screen, whose model outlives its views. */
abstract class ScreenActivity<S, M : ScreenModel<S>> : BaseActivity() {
    protected lateinit var model: M
        private set

    /** Made once for all views that follow one another. */
    protected abstract fun createModel(): M

    /** Lays out the views, which show nothing yet. */
    protected abstract fun createViews(savedInstanceState: Bundle?)

    /** Shows [state], and nothing but that. */
    protected abstract fun render(state: S)

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        @Suppress("UNCHECKED_CAST", "DEPRECATION")
        model = lastNonConfigurationInstance as M? ?: createModel()
        createViews(savedInstanceState)
    }

    override fun onStart() {
        super.onStart()
        model.watch(::render)
    }

    override fun onStop() {
        model.unwatch()
        super.onStop()
    }

    @Deprecated("The framework offers nothing else without a library.")
    override fun onRetainNonConfigurationInstance(): Any = model

    override fun onDestroy() {
        if (!isChangingConfigurations) model.close()
        super.onDestroy()
    }
}
