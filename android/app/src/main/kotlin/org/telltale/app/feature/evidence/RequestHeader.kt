package org.telltale.app.feature.evidence

import android.view.LayoutInflater
import android.view.View
import android.widget.ImageView
import android.widget.ListView
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.ui.Format
import org.telltale.app.ui.StateView
import org.telltale.app.ui.isPresent

/** What stands above what a request says: who sent it, when, to whom, and why it is held for something. */
class RequestHeader(list: ListView, private val words: RequestWords, private val format: Format) {
    private val root = LayoutInflater.from(list.context).inflate(R.layout.evidence_header, list, false)

    var onRetry: () -> Unit = {}

    init {
        list.addHeaderView(root, null, false)
    }

    fun render(state: RequestState) {
        view<View>(R.id.evidence_identity).isPresent = state.detail != null
        view<View>(R.id.evidence_card).isPresent = state.detail != null
        state.detail?.let(::renderDetail)
        val stateView = view<StateView>(R.id.evidence_state)
        when {
            state.problem != null -> stateView.failed(state.problem) { onRetry() }
            state.isGone -> stateView.empty(R.drawable.ic_eye_off, root.context.getString(R.string.evidence_gone), null)
            state.detail == null -> stateView.loading()
            else -> stateView.hide()
        }
    }

    private fun renderDetail(detail: RequestDetail) {
        val evidence = detail.evidence
        val icon = view<ImageView>(R.id.evidence_icon)
        if (detail.face.icon == null) icon.setImageResource(R.drawable.app_plain) else icon.setImageDrawable(detail.face.icon)
        text(R.id.evidence_app).text = detail.face.label
        text(R.id.evidence_time).text = words.time(detail)
        text(R.id.evidence_host).text = format.breakable(evidence.host)
        text(R.id.evidence_what).text = words.what(evidence)
        text(R.id.evidence_why).text = words.why(evidence)
        text(R.id.evidence_request).text = words.shortened(words.request(evidence))
        paint(isFinding = evidence.finding != null)
    }

    private fun paint(isFinding: Boolean) {
        view<View>(R.id.evidence_card).setBackgroundResource(if (isFinding) R.drawable.card_flag else R.drawable.card)
        val ink = root.context.getColor(if (isFinding) R.color.on_flag_soft else R.color.ink)
        listOf(R.id.evidence_host, R.id.evidence_what, R.id.evidence_why, R.id.evidence_request)
            .forEach { text(it).setTextColor(ink) }
    }

    private fun text(id: Int): TextView = view(id)

    private fun <V : View> view(id: Int): V = requireNotNull(root.findViewById(id))
}
