package org.telltale.app.ui

import android.app.Dialog
import android.content.Context
import android.view.Gravity
import android.view.View
import android.view.WindowManager
import org.telltale.app.R

/** A page that comes up from the foot of the screen, and goes when it was read. */
class Sheet(context: Context, content: View, onGone: () -> Unit) {
    private val dialog = Dialog(context, R.style.Theme_Telltale_Sheet)

    init {
        dialog.setContentView(content)
        dialog.setOnCancelListener { onGone() }
        val window = requireNotNull(dialog.window)
        window.setGravity(Gravity.BOTTOM)
        val metrics = context.resources.displayMetrics
        val widest = context.resources.getDimensionPixelSize(R.dimen.content_width)
        window.setLayout(minOf(metrics.widthPixels, widest), WindowManager.LayoutParams.WRAP_CONTENT)
    }

    val content: View get() = requireNotNull(dialog.window).decorView

    fun show() = dialog.show()

    fun hide() = dialog.dismiss()
}
