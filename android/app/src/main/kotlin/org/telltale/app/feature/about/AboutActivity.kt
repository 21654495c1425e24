package org.telltale.app.feature.about

import android.content.Intent
import android.os.Bundle
import android.widget.ListView
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.ui.BaseActivity
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.Line
import org.telltale.app.ui.TopBar

/** What this is, which version, and the ways to how it works and what it rests on. */
class AboutActivity : BaseActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.about_title)
            leads(this@AboutActivity)
        }
        val content = view<ListView>(R.id.content)
        val head = layoutInflater.inflate(R.layout.about_header, content, false)
        head.findViewById<TextView>(R.id.about_version).text = getString(R.string.about_version, version())
        content.addHeaderView(head, null, false)
        ItemList(content, onOpen = { startActivity(it as Intent) }).items = lines()
    }

    private fun lines() = listOf(
        line(R.string.method_title, R.string.about_method, Screens.page(this, TextPage.METHOD)),
        line(R.string.captured_title, R.string.about_captured, Screens.page(this, TextPage.CAPTURED)),
        line(R.string.sources_title, R.string.about_sources, Screens.sources(this)),
        line(R.string.licences_title, R.string.about_licences, Screens.licences(this)),
    )

    private fun line(title: Int, detail: Int, target: Intent) =
        Line(id = title, title = getString(title), detail = getString(detail), target = target)

    private fun version(): String = packageManager.getPackageInfo(packageName, 0).versionName.orEmpty()
}
