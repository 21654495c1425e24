package org.telltale.app.screens

import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Insets
import android.view.Gravity
import android.view.View
import android.view.WindowInsets
import android.view.WindowManager
import android.view.inspector.WindowInspector
import java.io.File
import org.robolectric.Shadows.shadowOf

/** What a person sees: the windows on the screen, the lowest first, and the bitmap that they give. */
class Picture private constructor(val windows: List<View>, val bitmap: Bitmap) {
    fun writeTo(file: File) {
        file.absoluteFile.parentFile?.mkdirs()
        file.outputStream().use { bitmap.compress(Bitmap.CompressFormat.PNG, 100, it) }
    }

    companion object {
        private const val STATUS_BAR_DP = 24
        private const val NAVIGATION_BAR_DP = 24

        /** A picture of all that is shown at the moment, below the bars that a phone has. */
        fun take(): Picture {
            val looper = shadowOf(android.os.Looper.getMainLooper())
            looper.idle()
            val windows = WindowInspector.getGlobalWindowViews()
            windows.forEach(::layOutBelowBars)
            looper.idle()
            windows.forEach(::layOutBelowBars)
            return Picture(windows, draw(windows))
        }

        /** Robolectric has no bars: what is not told that there are any would not have to make room. */
        private fun layOutBelowBars(window: View) {
            if (isWholeScreen(window)) window.dispatchApplyWindowInsets(bars(window))
            val exactly = { size: Int -> View.MeasureSpec.makeMeasureSpec(size, View.MeasureSpec.EXACTLY) }
            window.measure(exactly(window.width), exactly(window.height))
            window.layout(window.left, window.top, window.right, window.bottom)
        }

        private fun bars(window: View): WindowInsets {
            val density = window.resources.displayMetrics.density
            val pixels = { dp: Int -> (dp * density).toInt() }
            val status = Insets.of(0, pixels(STATUS_BAR_DP), 0, 0)
            val navigation = Insets.of(0, 0, 0, pixels(NAVIGATION_BAR_DP))
            return WindowInsets.Builder()
                .setInsets(WindowInsets.Type.statusBars(), status)
                .setInsets(WindowInsets.Type.navigationBars(), navigation)
                .build()
        }

        private fun draw(windows: List<View>): Bitmap {
            val screen = windows.first()
            val bitmap = Bitmap.createBitmap(screen.width, screen.height, Bitmap.Config.ARGB_8888)
            val canvas = Canvas(bitmap)
            windows.forEach { window ->
                val parameters = window.layoutParams as WindowManager.LayoutParams
                if (parameters.flags and WindowManager.LayoutParams.FLAG_DIM_BEHIND != 0) {
                    canvas.drawColor(Color.argb((parameters.dimAmount * 255).toInt(), 0, 0, 0))
                }
                canvas.save()
                canvas.translate(left(window, parameters, screen), top(window, parameters, screen))
                window.draw(canvas)
                canvas.restore()
            }
            return bitmap
        }

        private fun left(window: View, parameters: WindowManager.LayoutParams, screen: View): Float {
            val space = (screen.width - window.width).toFloat()
            return if (parameters.gravity and Gravity.HORIZONTAL_GRAVITY_MASK == Gravity.CENTER_HORIZONTAL) space / 2
            else parameters.x.toFloat().coerceIn(0f, space)
        }

        private fun top(window: View, parameters: WindowManager.LayoutParams, screen: View): Float {
            val space = (screen.height - window.height).toFloat()
            return when (parameters.gravity and Gravity.VERTICAL_GRAVITY_MASK) {
                Gravity.CENTER_VERTICAL -> space / 2
                Gravity.BOTTOM -> space
                else -> parameters.y.toFloat().coerceIn(0f, space)
            }
        }

        private fun isWholeScreen(window: View): Boolean {
            val parameters = window.layoutParams as WindowManager.LayoutParams
            return parameters.width == WindowManager.LayoutParams.MATCH_PARENT &&
                parameters.height == WindowManager.LayoutParams.MATCH_PARENT
        }
    }
}
