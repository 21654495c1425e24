package org.telltale.app.feature.timeline

import android.content.Context
import android.graphics.Canvas
import android.graphics.DashPathEffect
import android.graphics.Paint
import android.graphics.Path
import android.graphics.RectF
import android.graphics.drawable.Drawable
import android.util.TypedValue
import org.telltale.app.R

/** Colours and sizes of a [LaneChart], and how each of its parts is drawn. Offsets are along the writing. */
class LanePen(private val context: Context) {
    private val metrics = context.resources.displayMetrics
    private val box = RectF()
    private var width = 0f
    private var isRtl = false

    val text = fill(R.color.ink).apply { textSize = sp(LABEL_SP) }
    val number = fill(R.color.flag).apply {
        textSize = sp(LABEL_SP)
        isFakeBoldText = true
    }
    private val bar = fill(R.color.flag)
    private val none = fill(R.color.bar_ground)
    private val light = fill(R.color.accent_soft)
    private val hatch = stroke(R.color.ink_quiet, HATCH_DP).apply { alpha = HATCH_ALPHA }
    private val ground = fill(R.color.card_high)
    private val flag = fill(R.color.accent)
    private val pole = stroke(R.color.accent, POLE_DP).apply {
        pathEffect = DashPathEffect(floatArrayOf(dp(3f), dp(3f)), 0f)
    }

    val textGap = dp(8f)
    val laneGap = dp(14f)
    val flagHeight = dp(20f)
    private val barHeight = dp(32f)
    private val lineHeight = text.fontSpacing.coerceAtLeast(dp(16f))
    private val iconSize = lineHeight * ICON_SHARE
    val iconRoom = iconSize + dp(8f)
    val laneHeight = lineHeight + dp(6f) + barHeight + laneGap
    val axisHeight = text.fontSpacing + dp(4f)

    /** The chart is [width] pixels wide from now on. */
    fun place(width: Float, isRtl: Boolean) {
        this.width = width
        this.isRtl = isRtl
    }

    fun drawScreen(canvas: Canvas, share: ClosedFloatingPointRange<Float>, foot: Float) {
        across(share.start * width, share.endInclusive * width)
        canvas.drawRect(box.behindBars(foot), light)
    }

    fun drawBlind(canvas: Canvas, share: ClosedFloatingPointRange<Float>, foot: Float) {
        across(share.start * width, share.endInclusive * width)
        drawHatched(canvas, box.behindBars(foot))
    }

    private fun RectF.behindBars(foot: Float) = apply {
        top = foot - barHeight
        bottom = foot
    }

    private fun drawHatched(canvas: Canvas, area: RectF) {
        canvas.save()
        canvas.clipRect(area)
        canvas.drawRect(area, ground)
        var x = area.left - area.height()
        while (x < area.right) {
            canvas.drawLine(x, area.bottom, x + area.height(), area.top, hatch)
            x += dp(HATCH_STEP_DP)
        }
        canvas.restore()
    }

    fun drawBar(canvas: Canvas, slot: Int, slots: Int, value: Long, most: Long, foot: Float) {
        val step = width / slots
        val gap = (step * GAP_SHARE).coerceAtMost(dp(4f))
        across(slot * step + gap / 2, (slot + 1) * step - gap / 2)
        val height = if (value == 0L) dp(2f) else (barHeight * value / most).coerceAtLeast(dp(4f))
        box.top = foot - height
        box.bottom = foot
        val radius = (box.width() / 2).coerceAtMost(dp(2f))
        canvas.drawRoundRect(box, radius, radius, if (value == 0L) none else bar)
    }

    /** A pennant that points forward, or back where there is no room before it. */
    fun drawFlag(canvas: Canvas, share: Float) {
        val x = along(share * width)
        val hasRoom = share * width + dp(10f) <= width
        val forward = if (isRtl == hasRoom) -dp(10f) else dp(10f)
        val pennant = Path().apply {
            moveTo(x, 0f)
            lineTo(x + forward, dp(5f))
            lineTo(x, dp(10f))
            close()
        }
        canvas.drawPath(pennant, flag)
        canvas.drawLine(x, 0f, x, flagHeight - dp(4f), pole)
    }

    /** The part of its pole that crosses a lane. */
    fun drawPole(canvas: Canvas, share: Float, foot: Float) {
        val x = along(share * width)
        canvas.drawLine(x, foot - barHeight, x, foot, pole)
    }

    fun drawIcon(canvas: Canvas, icon: Drawable?, top: Float) {
        val above = top + (lineHeight - iconSize) / 2
        across(0f, iconSize)
        val own = icon?.run { constantState?.newDrawable(context.resources) ?: this }
            ?: requireNotNull(context.getDrawable(R.drawable.app_plain))
        own.setBounds(box.left.toInt(), above.toInt(), box.right.toInt(), (above + iconSize).toInt())
        own.draw(canvas)
    }

    fun drawText(canvas: Canvas, words: String, paint: Paint, start: Float, base: Float) {
        paint.textAlign = if (isRtl) Paint.Align.RIGHT else Paint.Align.LEFT
        canvas.drawText(words, along(start), base, paint)
    }

    private fun along(offset: Float) = if (isRtl) width - offset else offset

    private fun across(start: Float, end: Float) {
        box.left = minOf(along(start), along(end))
        box.right = maxOf(along(start), along(end))
    }

    private fun fill(color: Int) = Paint(Paint.ANTI_ALIAS_FLAG).apply { this.color = context.getColor(color) }

    private fun stroke(color: Int, width: Float) = fill(color).apply {
        style = Paint.Style.STROKE
        strokeWidth = dp(width)
    }

    private fun dp(value: Float) = value * metrics.density

    private fun sp(value: Float) = TypedValue.applyDimension(TypedValue.COMPLEX_UNIT_SP, value, metrics)

    private companion object {
        const val LABEL_SP = 13f
        const val ICON_SHARE = 0.95f
        const val HATCH_DP = 1f
        const val HATCH_ALPHA = 150
        const val HATCH_STEP_DP = 6f
        const val POLE_DP = 1.5f
        const val GAP_SHARE = 0.3f
    }
}
