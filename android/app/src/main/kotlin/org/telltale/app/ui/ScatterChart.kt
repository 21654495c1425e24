package org.telltale.app.ui

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Path
import android.util.AttributeSet
import android.util.TypedValue
import android.view.View
import org.telltale.app.R

/** A point of a plot. */
data class Dot(val x: Double, val y: Double)

/** A line through [pivot] that rises by [slope], and the ends of the interval in which its slope lies. */
data class Trend(val pivot: Dot, val slope: Double, val low: Double, val high: Double)

/** A short line across, at the mean of what stands there. */
data class Level(val x: Double, val y: Double)

/** Points between 0 and [right] along, 0 and [top] up. */
data class Scatter(
    val dots: List<Dot>,
    val right: Double,
    val top: Double,
    val trend: Trend? = null,
    val levels: List<Level> = emptyList(),
    /** What stands below, from the left at equal distances, and beside, from the foot up. */
    val along: List<String> = emptyList(),
    val up: List<String> = emptyList(),
    /** The whole in words, for those who do not see it. */
    val words: String,
)

/** Draws a [Scatter]. Both axes run as in mathematics, in every language. */
class ScatterChart(context: Context, attributes: AttributeSet?) : View(context, attributes) {
    private val dot = paint(R.color.ink_quiet).apply { alpha = DOT_ALPHA }
    private val line = paint(R.color.accent).apply { style = Paint.Style.STROKE; strokeWidth = dp(LINE_DP) }
    private val band = paint(R.color.accent_soft)
    private val axis = paint(R.color.outline).apply { strokeWidth = dp(AXIS_DP) }
    private val text = paint(R.color.ink_quiet).apply {
        textSize = TypedValue.applyDimension(TypedValue.COMPLEX_UNIT_SP, LABEL_SP, resources.displayMetrics)
    }
    private val wedge = Path()

    var scatter: Scatter? = null
        set(value) {
            if (field == value) return
            field = value
            contentDescription = value?.words
            invalidate()
        }

    /** Where points are drawn, in pixels. */
    private var left = 0f
    private var foot = 0f

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) = setMeasuredDimension(
        getDefaultSize(suggestedMinimumWidth, widthMeasureSpec),
        resolveSize(suggestedMinimumHeight + (text.fontSpacing * 2).toInt(), heightMeasureSpec),
    )

    override fun onDraw(canvas: Canvas) {
        val scatter = scatter ?: return
        left = (scatter.up.maxOfOrNull(text::measureText) ?: 0f) + dp(GAP_DP)
        foot = height - text.fontSpacing - dp(GAP_DP)
        drawAxes(canvas, scatter)
        val clipped = canvas.save()
        canvas.clipRect(left, 0f, width.toFloat(), foot)
        scatter.trend?.let { drawTrend(canvas, it, scatter) }
        canvas.restoreToCount(clipped)
        scatter.dots.forEach { canvas.drawCircle(x(it.x, scatter), y(it.y, scatter), dp(DOT_DP), dot) }
        scatter.levels.forEach { drawLevel(canvas, it, scatter) }
    }

    private fun drawAxes(canvas: Canvas, scatter: Scatter) {
        canvas.drawLine(left, foot, width.toFloat(), foot, axis)
        text.textAlign = Paint.Align.RIGHT
        scatter.up.forEachIndexed { at, label ->
            val level = y(scatter.top * at / (scatter.up.size - 1).coerceAtLeast(1), scatter)
            if (at > 0) canvas.drawLine(left, level, width.toFloat(), level, axis)
            canvas.drawText(label, left - dp(GAP_DP), level - text.ascent() / 2 - text.descent() / 2, text)
        }
        drawAlong(canvas, scatter)
    }

    /** With one label for each level they stand below these; else the first and the last at the ends. */
    private fun drawAlong(canvas: Canvas, scatter: Scatter) {
        scatter.along.forEachIndexed { at, label ->
            val level = scatter.levels.getOrNull(at)
            text.textAlign = when {
                level != null -> Paint.Align.CENTER
                at == 0 -> Paint.Align.LEFT
                at == scatter.along.lastIndex -> Paint.Align.RIGHT
                else -> Paint.Align.CENTER
            }
            val share = at.toFloat() / (scatter.along.size - 1).coerceAtLeast(1)
            val place = level?.let { x(it.x, scatter) } ?: (left + share * (width - left))
            canvas.drawText(label, place, height - text.descent(), text)
        }
    }

    private fun drawTrend(canvas: Canvas, trend: Trend, scatter: Scatter) {
        val at = { x: Double, slope: Double -> y(trend.pivot.y + slope * (x - trend.pivot.x), scatter) }
        val (start, end) = x(0.0, scatter) to x(scatter.right, scatter)
        wedge.rewind()
        wedge.moveTo(start, at(0.0, trend.low))
        wedge.lineTo(end, at(scatter.right, trend.low))
        wedge.lineTo(end, at(scatter.right, trend.high))
        wedge.lineTo(start, at(0.0, trend.high))
        wedge.close()
        canvas.drawPath(wedge, band)
        canvas.drawLine(start, at(0.0, trend.slope), end, at(scatter.right, trend.slope), line)
    }

    private fun drawLevel(canvas: Canvas, level: Level, scatter: Scatter) {
        val (across, up) = x(level.x, scatter) to y(level.y, scatter)
        canvas.drawLine(across - dp(LEVEL_DP), up, across + dp(LEVEL_DP), up, line)
    }

    private fun x(value: Double, scatter: Scatter): Float {
        val (start, end) = left + dp(DOT_DP) to width - dp(DOT_DP)
        return start + (end - start) * (value / scatter.right).toFloat()
    }

    private fun y(value: Double, scatter: Scatter): Float {
        val (low, high) = foot - dp(DOT_DP) to dp(DOT_DP) + text.textSize / 2
        return low - (low - high) * (value / scatter.top).toFloat()
    }

    private fun paint(color: Int) = Paint(Paint.ANTI_ALIAS_FLAG).apply { this.color = context.getColor(color) }

    private fun dp(value: Float) = value * resources.displayMetrics.density

    private companion object {
        const val LABEL_SP = 12f
        const val GAP_DP = 6f
        const val DOT_DP = 4f
        const val DOT_ALPHA = 170
        const val LINE_DP = 2f
        const val AXIS_DP = 1f
        const val LEVEL_DP = 28f
    }
}
