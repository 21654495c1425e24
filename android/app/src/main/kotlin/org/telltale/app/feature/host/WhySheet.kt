package org.telltale.app.feature.host

import android.app.Activity
import android.view.View
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.feature.app.Why
import org.telltale.app.ui.Format
import org.telltale.app.ui.Sheet
import org.telltale.app.ui.Words
import org.telltale.app.ui.isPresent
import org.telltale.app.ui.setTextOrGone

/** Says why a host is flagged, how sure that is, and where it is known from. */
class WhySheet(private val activity: Activity, format: Format, private val onGone: () -> Unit) {
    private val words = Words(activity.resources, format)
    private val rules = RuleWords(activity.resources, format)
    private var sheet: Sheet? = null
    private var view: View? = null

    var onMore: (host: String) -> Unit = {}

    /** Shows [why], or nothing where it is null. */
    fun render(why: Why?) {
        if (why == null) return hide()
        val content = view ?: open()
        content.text(R.id.why_host).text = why.host.host
        content.text(R.id.why_category).setTextOrGone((why.host.finding?.category ?: why.host.expected)?.let(words::category))
        content.text(R.id.why_sentence).setTextOrGone(why.host.finding?.why)
        content.text(R.id.why_tier).setTextOrGone(why.host.finding?.tier?.let(words::tier))
        content.findViewById<View>(R.id.why_sure).isPresent = why.host.finding != null
        val sources = why.explanation?.let(rules::sources)
        content.text(R.id.why_sources).setTextOrGone(sources ?: activity.getString(R.string.why_loading))
        content.findViewById<View>(R.id.why_more).setOnClickListener { onMore(why.host.host) }
    }

    /** Takes it away without saying that it was read: the views go, the model stays. */
    fun hide() {
        sheet?.hide()
        sheet = null
        view = null
    }

    private fun open(): View {
        val content = activity.layoutInflater.inflate(R.layout.why_sheet, null)
        view = content
        sheet = Sheet(activity, content, onGone).apply { show() }
        content.findViewById<View>(R.id.why_close).setOnClickListener { onGone() }
        return content
    }

    private fun View.text(id: Int): TextView = requireNotNull(findViewById(id))
}
