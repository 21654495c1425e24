package org.telltale.app.ui

import android.app.Activity
import android.os.Build
import android.view.View
import android.view.ViewGroup
import android.view.WindowInsets
import org.telltale.app.R

/** Draws behind the system's bars, and keeps what can be read or touched clear of them. */
object Edges {
    /** The view `screen` is padded at its sides and its top, the views `content` and `side` at their feet. */
    fun draw(activity: Activity) {
        behindBars(activity)
        val screen = activity.findViewById<ViewGroup>(R.id.screen) ?: return
        val content = screen.findViewById<View>(R.id.content) ?: return
        val panes = listOfNotNull(content, screen.findViewById<View>(R.id.side)).map(::Margins)
        if (panes.size == 1) screen.findViewById<View>(R.id.bar)?.let(::Margins)
        screen.setOnApplyWindowInsetsListener { _, insets ->
            val bars = barsOf(insets)
            screen.setPadding(bars.left, bars.top, bars.right, 0)
            panes.forEach { it.foot = bars.bottom }
            insets
        }
    }

    @Suppress("DEPRECATION")
    private fun behindBars(activity: Activity) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            activity.window.setDecorFitsSystemWindows(false)
        } else {
            activity.window.decorView.systemUiVisibility = activity.window.decorView.systemUiVisibility or
                View.SYSTEM_UI_FLAG_LAYOUT_STABLE or View.SYSTEM_UI_FLAG_LAYOUT_FULLSCREEN or
                View.SYSTEM_UI_FLAG_LAYOUT_HIDE_NAVIGATION
        }
    }

    private class Bars(val left: Int, val top: Int, val right: Int, val bottom: Int)

    @Suppress("DEPRECATION")
    private fun barsOf(insets: WindowInsets): Bars {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            val kinds = WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout() or WindowInsets.Type.ime()
            return insets.getInsets(kinds).run { Bars(left, top, right, bottom) }
        }
        return insets.run {
            Bars(systemWindowInsetLeft, systemWindowInsetTop, systemWindowInsetRight, systemWindowInsetBottom)
        }
    }
}
