package org.telltale.app.feature.setup

import android.content.ActivityNotFoundException
import android.content.Intent
import android.os.Bundle
import android.view.View
import android.widget.Button
import android.widget.ImageView
import android.widget.ListView
import android.widget.TextView
import android.widget.Toast
import org.telltale.app.R
import org.telltale.app.ui.BaseActivity
import org.telltale.app.ui.PagedAdapter
import org.telltale.app.ui.Place
import org.telltale.app.ui.RowKind
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.setRowGround
import org.telltale.app.ui.setTextOrGone

/** What keeps this phone from being watched without gaps, each with the way to where it is changed. */
class SetupActivity : BaseActivity() {
    private lateinit var adapter: PagedAdapter<SetupItem>
    private lateinit var head: TextView
    private val words by lazy { SetupWords(resources, format) }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.setup_title)
            leads(this@SetupActivity)
        }
        val list = view<ListView>(R.id.content)
        val header = layoutInflater.inflate(R.layout.setup_header, list, false)
        head = requireNotNull(header.findViewById(R.id.setup_sentence))
        list.addHeaderView(header, null, false)
        list.itemsCanFocus = true
        adapter = PagedAdapter(listOf(RowKind(R.layout.setup_item, isEnabled = false, bind = ::bind)), idOf = { it.id })
        list.adapter = adapter
    }

    /** The owner comes back from the page that was opened. */
    override fun onResume() {
        super.onResume()
        val items = SetupCheck(Pages(this)).items(PhoneReader(this).read())
        head.text = words.sentence(items)
        adapter.items = items
    }

    private fun bind(view: View, item: SetupItem, place: Place) {
        view.setRowGround(place)
        val sign = view.findViewById<ImageView>(R.id.setup_sign)
        sign.setImageResource(SIGNS.getValue(item.status))
        sign.setColorFilter(getColor(COLOURS.getValue(item.status)))
        sign.contentDescription = words.status(item.status)
        view.findViewById<TextView>(R.id.setup_name).setText(item.title)
        view.findViewById<TextView>(R.id.setup_text).text = words.text(item)
        val button = view.findViewById<Button>(R.id.setup_button)
        button.setTextOrGone(words.button(item))
        // A list of buttons that all say the same is of no use to those who only hear them.
        button.contentDescription =
            words.button(item)?.let { getString(R.string.setup_button_of, it, getString(item.title)) }
        button.setOnClickListener { item.page?.let(::open) }
    }

    private fun open(page: Intent) {
        try {
            // Android wants to know who asks for consent.
            startActivityForResult(page, OPEN)
        } catch (_: ActivityNotFoundException) {
            Toast.makeText(this, R.string.setup_no_page, Toast.LENGTH_LONG).show()
        }
    }

    private companion object {
        const val OPEN = 1

        val SIGNS = mapOf(
            SetupStatus.OK to R.drawable.ic_check,
            SetupStatus.ACTION to R.drawable.ic_warning,
            SetupStatus.UNKNOWN to R.drawable.ic_info,
        )

        val COLOURS = mapOf(
            SetupStatus.OK to R.color.accent,
            SetupStatus.ACTION to R.color.flag,
            SetupStatus.UNKNOWN to R.color.ink_quiet,
        )
    }
}
