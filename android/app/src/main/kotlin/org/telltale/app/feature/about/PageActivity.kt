package org.telltale.app.feature.about

import android.os.Bundle
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.ui.BaseActivity
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.Line
import org.telltale.app.ui.TopBar

/** Shows a [TextPage]. */
class PageActivity : BaseActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        show(R.layout.list_screen)
        val page = Screens.pageOf(intent)
        view<TopBar>(R.id.bar).apply {
            title = getString(page.title)
            leads(this@PageActivity)
        }
        ItemList(view(R.id.content)).items =
            page.sections.map { Line(id = it.title, title = getString(it.title), detail = getString(it.text)) }
    }
}
