package org.telltale.app.feature.home

import android.content.Intent
import android.os.Bundle
import android.view.View
import android.widget.ListView
import android.widget.PopupMenu
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.feature.first.FirstRun
import org.telltale.app.feature.first.FirstRunActivity
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.TopBar

/** Whether the phone is watched, what the period comes to, and the apps, those that reported most first. */
class HomeActivity : ScreenActivity<HomeState, HomeModel>() {
    private val watch = WatchSwitch(this)
    private lateinit var header: HomeHeader
    private lateinit var apps: ItemList
    private val words by lazy { HomeWords(resources, format) }

    override fun createModel(): HomeModel {
        val records = HomeRecords(parts.records, parts.apps, parts.clock)
        return HomeModel(parts.engine, records, parts.background, parts.clock)
    }

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.home)
        createBar()
        val list = view<ListView>(R.id.content)
        val head = layoutInflater.inflate(R.layout.home_header, list, false)
        header = HomeHeader(listOf(head, view(R.id.screen)), words, format, parts.clock)
        connectHeader()
        list.addHeaderView(head, null, false)
        apps = ItemList(list, near = model::near, onOpen = { startActivity(Screens.app(this, (it as AppTarget).owner)) })
    }

    override fun onStart() {
        super.onStart()
        if (!FirstRun(this).isDone) startActivity(Intent(this, FirstRunActivity::class.java))
    }

    override fun render(state: HomeState) {
        header.render(state)
        apps.items = state.apps.map(AppLines(words, format)::of)
    }

    @Deprecated("The framework offers nothing else without a library.")
    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        if (watch.isGranted(requestCode, resultCode) == false) header.render(model.state)
    }

    private fun createBar() {
        val bar = view<TopBar>(R.id.bar)
        bar.title = getString(R.string.app_name)
        bar.action(R.drawable.ic_timeline, R.string.timeline_title) { startActivity(Screens.timeline(this)) }
        bar.action(R.drawable.ic_more, R.string.home_more, ::showMenu)
    }

    private fun showMenu(anchor: View) {
        val menu = PopupMenu(this, anchor)
        Screens.menu.forEachIndexed { at, entry -> menu.menu.add(0, at, at, entry.title) }
        menu.setOnMenuItemClickListener { item ->
            startActivity(Screens.menu[item.itemId].open(this))
            true
        }
        menu.show()
    }

    private fun connectHeader() {
        header.onSwitch = { on -> if (on) watch.turnOn() else watch.turnOff() }
        header.onFilter = model::filter
        header.onRetry = model::refresh
        header.onCoverage = { startActivity(Screens.coverage(this, model.state.filter.period)) }
    }
}
