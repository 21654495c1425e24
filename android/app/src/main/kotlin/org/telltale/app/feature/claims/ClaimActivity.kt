package org.telltale.app.feature.claims

import android.content.ActivityNotFoundException
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.view.View
import android.widget.ListView
import android.widget.TextView
import android.widget.Toast
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.apps.AppVersions
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.StateView
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.isPresent

/** One claim: who made it, what Xiaomi answered, and what the record of this phone says of it. */
class ClaimActivity : ScreenActivity<ClaimState, ClaimModel>() {
    private lateinit var head: View
    private lateinit var list: ItemList
    private val words by lazy { ClaimsWords(resources, format, parts.clock.zone) }
    private val items by lazy { ClaimItems(resources, words, format) }

    override fun createModel(): ClaimModel {
        val versions = AppVersions.installed(applicationContext.packageManager)
        val records = ClaimRecords(parts.records, parts.rulebook, parts.apps, versions, parts.clock)
        return ClaimModel(Screens.claimOf(intent), records, parts.background)
    }

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = format.code(Screens.claimOf(intent))
            leads(this@ClaimActivity)
        }
        val content = view<ListView>(R.id.content)
        head = layoutInflater.inflate(R.layout.claim_header, content, false)
        content.addHeaderView(head, null, false)
        list = ItemList(content, onOpen = { open(it as ClaimTarget) })
    }

    override fun render(state: ClaimState) {
        head.findViewById<View>(R.id.claim_card).isPresent = state.detail != null
        state.detail?.let(::renderHead)
        renderState(state, head.findViewById(R.id.claim_state))
        list.items = state.detail?.let(items::of).orEmpty()
    }

    private fun renderHead(detail: ClaimDetail) {
        val claim = detail.claim
        text(R.id.claim_standing).apply { text = words.standing(claim) }.let(claim.tone::color)
        text(R.id.claim_says).text = words.says(claim)
        text(R.id.claim_why).text = words.why(claim)
    }

    private fun renderState(state: ClaimState, view: StateView) = when {
        state.problem != null -> view.failed(state.problem, model::refresh)
        state.isGone -> view.empty(R.drawable.ic_eye_off, getString(R.string.home_never_watched), null)
        state.detail == null -> view.loading()
        else -> view.hide()
    }

    private fun open(target: ClaimTarget) {
        val intent = when (target) {
            is ClaimTarget.App -> Screens.app(this, target.owner)
            is ClaimTarget.Host -> Screens.host(this, target.host)
            is ClaimTarget.Evidence -> Screens.evidence(this, host = target.host)
            is ClaimTarget.Link -> Intent(Intent.ACTION_VIEW, Uri.parse(target.address))
            is ClaimTarget.Trial -> Screens.result(this, target.id)
            ClaimTarget.Try -> Screens.tryClaim(this, Screens.claimOf(intent))
        }
        try {
            intent?.let(::startActivity)
        } catch (_: ActivityNotFoundException) {
            Toast.makeText(this, R.string.claim_no_browser, Toast.LENGTH_LONG).show()
        }
    }

    private fun text(id: Int): TextView = head.findViewById(id)
}
