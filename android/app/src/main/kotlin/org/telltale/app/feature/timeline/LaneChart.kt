package org.telltale.app.feature.timeline

import android.content.Context
import android.graphics.Canvas
import android.graphics.drawable.Drawable
import android.text.TextPaint
import android.text.TextUtils
import android.util.AttributeSet
import android.view.MotionEvent
import android.view.View
import android.view.ViewConfiguration
import kotlin.math.abs

/** What [LaneChart] draws: shares are of its width, from 0 to 1, in the direction of writing. */
data class Lanes(
    val rows: List<Row>,
    val slots: Int,
    val screen: List<ClosedFloatingPointRange<Float>> = emptyList(),
    val blind: List<ClosedFloatingPointRange<Float>> = emptyList(),
    val marks: List<Float> = emptyList(),
    /** What stands below a slot. Those that have no room are left out. */
    val labels: Map<Int, String> = emptyMap(),
    /** The whole in words, for those who do not see it. */
    val words: String = "",
) {
    /** An app: [count] is its sum in words. */
    data class Row(val label: String, val icon: Drawable?, val count: String, val values: List<Long>)
}

/** Draws one lane above the other, over one time; tells which slot is touched. */
class LaneChart(context: Context, attributes: AttributeSet?) : View(context, attributes) {
    private val pen = LanePen(context)
    private val slop = ViewConfiguration.get(context).scaledTouchSlop
    private var downX = 0f
    private var downY = 0f

    /** A slot was touched. */
    var onPick: (Int) -> Unit = {}

    var lanes = Lanes(emptyList(), 1)
        set(value) {
            if (field == value) return
            field = value
            contentDescription = value.words
            requestLayout()
            invalidate()
        }

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val wanted = pen.flagHeight + lanes.rows.size * pen.laneHeight + pen.axisHeight
        setMeasuredDimension(
            getDefaultSize(suggestedMinimumWidth, widthMeasureSpec),
            resolveSize(wanted.toInt() + 1, heightMeasureSpec),
        )
    }

    override fun onDraw(canvas: Canvas) {
        pen.place(width.toFloat(), layoutDirection == LAYOUT_DIRECTION_RTL)
        val most = lanes.rows.maxOfOrNull { it.values.max() } ?: 0
        lanes.rows.forEachIndexed { at, row -> drawRow(canvas, row, pen.flagHeight + at * pen.laneHeight, most) }
        lanes.marks.forEach { pen.drawFlag(canvas, it) }
        drawAxis(canvas)
    }

    private fun drawRow(canvas: Canvas, row: Lanes.Row, top: Float, most: Long) {
        val countWidth = pen.number.measureText(row.count)
        val room = width - countWidth - pen.textGap - pen.iconRoom
        val label = TextUtils.ellipsize(row.label, TextPaint(pen.text), room, TextUtils.TruncateAt.MIDDLE)
        pen.drawIcon(canvas, row.icon, top)
        pen.drawText(canvas, label.toString(), pen.text, pen.iconRoom, top - pen.text.ascent())
        pen.drawText(canvas, row.count, pen.number, width - countWidth, top - pen.text.ascent())
        drawBars(canvas, row, top + pen.laneHeight - pen.laneGap, most)
    }

    /** What lasts lies behind the bars, what was marked before them; the words above stay clear of both. */
    private fun drawBars(canvas: Canvas, row: Lanes.Row, foot: Float, most: Long) {
        lanes.screen.forEach { pen.drawScreen(canvas, it, foot) }
        lanes.blind.forEach { pen.drawBlind(canvas, it, foot) }
        row.values.forEachIndexed { at, value -> pen.drawBar(canvas, at, row.values.size, value, most, foot) }
        lanes.marks.forEach { pen.drawPole(canvas, it, foot) }
    }

    private fun drawAxis(canvas: Canvas) {
        val labels = lanes.labels.toSortedMap().entries.toList()
        val shown = (1..labels.size).map { step -> labels.filterIndexed { at, _ -> at % step == 0 } }
        shown.firstOrNull { it.fits() }?.forEach { (slot, label) ->
            pen.drawText(canvas, label, pen.text, startOf(slot), height - pen.text.descent())
        }
    }

    private fun List<Map.Entry<Int, String>>.fits(): Boolean {
        val ends = map { (slot, label) -> startOf(slot) + pen.text.measureText(label) }
        val starts = drop(1).map { startOf(it.key) - pen.textGap } + width.toFloat()
        return ends.zip(starts).all { (end, next) -> end <= next }
    }

    private fun startOf(slot: Int) = slot * width.toFloat() / lanes.slots

    override fun onTouchEvent(event: MotionEvent): Boolean {
        when (event.actionMasked) {
            MotionEvent.ACTION_DOWN -> {
                downX = event.x
                downY = event.y
            }
            MotionEvent.ACTION_UP -> if (abs(event.x - downX) < slop && abs(event.y - downY) < slop) pick(event.x)
        }
        return true
    }

    private fun pick(x: Float) {
        val along = if (layoutDirection == LAYOUT_DIRECTION_RTL) width - x else x
        playSoundEffect(android.view.SoundEffectConstants.CLICK)
        onPick((along / width * lanes.slots).toInt().coerceIn(0, lanes.slots - 1))
    }
}
