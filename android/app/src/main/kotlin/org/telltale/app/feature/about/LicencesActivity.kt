package org.telltale.app.feature.about

import android.os.Bundle
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.ui.BaseActivity
import org.telltale.app.ui.Heading
import org.telltale.app.ui.Item
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.Line
import org.telltale.app.ui.TopBar

/** The texts of licences, and whose code is in the app under them. */
class LicencesActivity : BaseActivity() {
    private var question: AutoCloseable? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.licences_title)
            leads(this@LicencesActivity)
        }
        val list = ItemList(view(R.id.content), onOpen = { startActivity(Screens.licence(this, it as Licence)) })
        question = parts.background.ask({ Libraries.read(resources) }) { list.items = items(it.getOrThrow()) }
    }

    override fun onDestroy() {
        question?.close()
        super.onDestroy()
    }

    private fun items(libraries: List<Library>): List<Item> {
        val texts = Licence.entries.map { Line(id = it, title = it.id, target = it) }
        return listOf(Heading(getString(R.string.licences_texts))) + texts +
            Heading(getString(R.string.licences_libraries)) + libraries.map(::line)
    }

    private fun line(library: Library) = Line(
        id = "${library.name} ${library.version}",
        title = format.code("${library.name} ${library.version}".trim()),
        detail = format.code(library.licence),
        facts = library.holders.ifEmpty { null },
    )
}
