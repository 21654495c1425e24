package org.telltale.app.ui

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.RectF
import android.util.AttributeSet
import android.util.TypedValue
import android.view.View
import kotlin.math.ceil
import org.telltale.app.R

/** Bars from the first to the last moment, [marked] of them flagged; [labels] stand below at equal distances. */
data class Bars(
    val values: List<Long>,
    val marked: List<Long> = emptyList(),
    val labels: List<String> = emptyList(),
    /** What a bar of full height stands for, where charts are to be compared; else the largest value. */
    val full: Long? = null,
    /** The whole in words, for those who do not see it; null where words beside it say the same. */
    val words: String? = null,
)

/** Draws [Bars]; time runs with the writing. */
class BarChart(context: Context, attributes: AttributeSet?) : View(context, attributes) {
    private val plain = paint(R.color.bar)
    private val flagged = paint(R.color.flag)
    private val ground = paint(R.color.bar_ground)
    private val text = paint(R.color.ink_quiet).apply { textSize = sp(LABEL_SP) }
    private val box = RectF()

    var bars = Bars(emptyList())
        set(value) {
            if (field == value) return
            field = value
            contentDescription = value.words
            importantForAccessibility =
                if (value.words == null) IMPORTANT_FOR_ACCESSIBILITY_NO else IMPORTANT_FOR_ACCESSIBILITY_YES
            requestLayout()
            invalidate()
        }

    private val labelHeight: Float get() = if (bars.labels.isEmpty()) 0f else text.fontSpacing + dp(LABEL_GAP_DP)

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val wanted = suggestedMinimumHeight + labelHeight.toInt()
        setMeasuredDimension(
            getDefaultSize(suggestedMinimumWidth, widthMeasureSpec),
            resolveSize(wanted, heightMeasureSpec),
        )
    }

    override fun onDraw(canvas: Canvas) {
        if (bars.values.isEmpty()) return
        val top = (bars.full ?: bars.values.max()).coerceAtLeast(1)
        val step = width.toFloat() / bars.values.size
        val foot = height - labelHeight
        bars.values.forEachIndexed { at, value ->
            val left = if (isRtl) width - (at + 1) * step else at * step
            drawBar(canvas, left, step, foot, value, top, bars.marked.getOrElse(at) { 0 })
        }
        drawLabels(canvas)
    }

    private fun drawBar(canvas: Canvas, left: Float, step: Float, foot: Float, value: Long, top: Long, marked: Long) {
        val gap = (step * GAP_SHARE).coerceAtMost(dp(GAP_MOST_DP))
        val least = dp(LEAST_DP)
        val height = if (value == 0L) least else (foot * value / top).coerceAtLeast(2 * least)
        val radius = ((step - gap) / 2).coerceAtMost(dp(RADIUS_DP))
        box.set(left + gap / 2, foot - height, left + step - gap / 2, foot)
        canvas.drawRoundRect(box, radius, radius, if (value == 0L) ground else plain)
        if (marked == 0L) return
        box.top = foot - (height * marked / value).coerceAtLeast(2 * least)
        canvas.drawRoundRect(box, radius, radius, flagged)
    }

    /** Each at the start of its share of the width, or below its bar; so many that none touches the next. */
    private fun drawLabels(canvas: Canvas) {
        if (bars.labels.isEmpty()) return
        val room = width.toFloat() / bars.labels.size
        val widest = bars.labels.maxOf(text::measureText) + dp(LABEL_GAP_DP)
        val isBelowBar = bars.labels.size == bars.values.size && widest <= room
        text.textAlign = if (isBelowBar) Paint.Align.CENTER else if (isRtl) Paint.Align.RIGHT else Paint.Align.LEFT
        for (at in bars.labels.indices step ceil(widest / room).toInt().coerceAtLeast(1)) {
            val along = at * room + if (isBelowBar) room / 2 else 0f
            canvas.drawText(bars.labels[at], if (isRtl) width - along else along, height - text.descent(), text)
        }
    }

    private val isRtl: Boolean get() = layoutDirection == LAYOUT_DIRECTION_RTL

    private fun paint(color: Int) = Paint(Paint.ANTI_ALIAS_FLAG).apply { this.color = context.getColor(color) }

    private fun dp(value: Float) = value * resources.displayMetrics.density

    private fun sp(value: Float) =
        TypedValue.applyDimension(TypedValue.COMPLEX_UNIT_SP, value, resources.displayMetrics)

    private companion object {
        const val LABEL_SP = 12f
        const val LABEL_GAP_DP = 6f
        const val GAP_SHARE = 0.3f
        const val GAP_MOST_DP = 4f
        const val LEAST_DP = 2f
        const val RADIUS_DP = 3f
    }
}
