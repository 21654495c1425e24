package org.telltale.app.feature.evidence

import android.content.ClipData
import android.content.ClipboardManager
import android.content.Intent
import android.os.Build
import android.os.Bundle
import android.os.PersistableBundle
import android.view.View
import android.widget.ListView
import android.widget.Toast
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.isPresent

/** One request that passed unencrypted: what it says of its user, how it was packed, and all that is in it. */
class RequestActivity : ScreenActivity<RequestState, RequestModel>() {
    private lateinit var header: RequestHeader
    private lateinit var list: ItemList
    private lateinit var actions: List<View>
    private val words by lazy { RequestWords(resources, format) }
    private val items by lazy { RequestItems(resources, words, format) }

    override fun createModel(): RequestModel {
        val records = RequestRecords(parts.records, parts.apps, parts.clock, Screens.requestOf(intent))
        return RequestModel(records, parts.background)
    }

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            leads(this@RequestActivity)
            actions = listOf(
                action(R.drawable.ic_copy, R.string.evidence_copy) { askWhat(Way.COPY) },
                action(R.drawable.ic_share, R.string.app_share) { askWhat(Way.SHARE) },
            )
        }
        val content = view<ListView>(R.id.content)
        header = RequestHeader(content, words, format)
        header.onRetry = model::refresh
        list = ItemList(content, onOpen = { answer(it as Ask) })
    }

    override fun render(state: RequestState) {
        header.render(state)
        actions.forEach { it.isPresent = state.detail != null }
        list.items = items.of(state)
        state.leaving?.let(::handOver)
    }

    private fun answer(ask: Ask) = when (ask) {
        Ask.ShowAll -> model.showAll()
        is Ask.Toggle -> model.toggle(ask.number)
    }

    private fun askWhat(way: Way) {
        LeaveDialog.show(this, way) { isInFull -> model.leave(way, isInFull) }
    }

    private fun handOver(leaving: Leaving) {
        model.hasLeft()
        val text = RequestText(resources, words, format).of(leaving.detail, leaving.isInFull)
        if (leaving.way == Way.COPY) copy(text, leaving.isInFull) else share(text)
    }

    private fun share(text: String) {
        val send = Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, text)
        startActivity(Intent.createChooser(send, null))
    }

    private fun copy(text: String, isInFull: Boolean) {
        val clip = ClipData.newPlainText(getString(R.string.evidence_title), text)
        // Keyboards and the system show what was copied, unless they are told not to.
        clip.description.extras = PersistableBundle().apply { putBoolean(SENSITIVE, isInFull) }
        requireNotNull(getSystemService(ClipboardManager::class.java)).setPrimaryClip(clip)
        // From Android 13 the system itself says so.
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) {
            Toast.makeText(this, R.string.evidence_copied, Toast.LENGTH_SHORT).show()
        }
    }

    private companion object {
        /** `ClipDescription.EXTRA_IS_SENSITIVE` of Android 13; keyboards look for it before that, too. */
        const val SENSITIVE = "android.content.extra.IS_SENSITIVE"
    }
}
