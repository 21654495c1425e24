package org.telltale.app.feature.lists

import android.app.AlertDialog
import android.content.ActivityNotFoundException
import android.content.Intent
import android.os.Bundle
import android.view.View
import android.widget.Button
import android.widget.ListView
import android.widget.Toast
import org.telltale.app.R
import org.telltale.app.ui.ItemList
import org.telltale.app.ui.ScreenActivity
import org.telltale.app.ui.StateView
import org.telltale.app.ui.TopBar
import org.telltale.app.ui.isPresent

/** The owner's own lists of hosts: what is kept, and what came of an import. */
class ListsActivity : ScreenActivity<ListsState, ListsModel>() {
    private lateinit var list: ItemList
    private lateinit var head: View
    private var dialog: AlertDialog? = null
    private var replacing: String? = null
    private val words by lazy { ListsWords(resources, format) }

    override fun createModel() = ListsModel(parts.rulebook, parts.background)

    override fun createViews(savedInstanceState: Bundle?) {
        show(R.layout.list_screen)
        view<TopBar>(R.id.bar).apply {
            title = getString(R.string.lists_title)
            leads(this@ListsActivity)
        }
        replacing = savedInstanceState?.getString(REPLACING)
        val content = view<ListView>(R.id.content)
        head = layoutInflater.inflate(R.layout.lists_header, content, false)
        head.findViewById<Button>(R.id.lists_add).setOnClickListener { pick(null) }
        content.addHeaderView(head, null, false)
        list = ItemList(content, onOpen = { askWhat(it as String) })
    }

    override fun render(state: ListsState) {
        val isEmpty = state.lists?.isEmpty() == true && state.report == null && state.failure == null
        head.findViewById<Button>(R.id.lists_add).isEnabled = !state.isBusy
        head.findViewById<View>(R.id.lists_wait).isPresent = state.isBusy
        val stateView = head.findViewById<StateView>(R.id.lists_state)
        when {
            state.problem != null -> stateView.failed(state.problem, model::refresh)
            isEmpty ->
                stateView.empty(R.drawable.ic_list, getString(R.string.lists_none), getString(R.string.lists_none_detail))
            else -> stateView.hide()
        }
        list.items = words.items(state)
        state.question?.let(::askReplace)
    }

    override fun onSaveInstanceState(outState: Bundle) {
        super.onSaveInstanceState(outState)
        outState.putString(REPLACING, replacing)
    }

    override fun onDestroy() {
        dialog?.dismiss()
        super.onDestroy()
    }

    @Deprecated("The framework offers nothing else without a library.")
    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        val uri = data?.data ?: return
        if (requestCode != PICK || resultCode != RESULT_OK) return
        val document = PickedDocument(contentResolver, uri)
        replacing?.let { model.replace(it, document) } ?: model.import(document)
    }

    /** Lets the owner pick a file; [name] is the list in whose place it comes. */
    private fun pick(name: String?) {
        replacing = name
        val question = Intent(Intent.ACTION_OPEN_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE).setType("*/*")
        try {
            startActivityForResult(question, PICK)
        } catch (_: ActivityNotFoundException) {
            Toast.makeText(this, R.string.no_picker, Toast.LENGTH_LONG).show()
        }
    }

    private fun askWhat(name: String) {
        val actions = arrayOf(getString(R.string.lists_replace), getString(R.string.lists_remove))
        AlertDialog.Builder(this).setTitle(name)
            .setItems(actions) { _, at -> if (at == 0) pick(name) else askRemove(name) }
            .show()
    }

    private fun askRemove(name: String) {
        AlertDialog.Builder(this)
            .setTitle(getString(R.string.lists_remove_title, name))
            .setMessage(R.string.lists_remove_detail)
            .setPositiveButton(R.string.lists_remove) { _, _ -> model.remove(name) }
            .setNegativeButton(R.string.mark_cancel, null)
            .show()
    }

    private fun askReplace(question: ListsState.Question) {
        if (dialog?.isShowing == true) return
        dialog = AlertDialog.Builder(this)
            .setTitle(getString(R.string.lists_exists, question.name))
            .setMessage(R.string.lists_exists_detail)
            .setPositiveButton(R.string.lists_replace_short) { _, _ -> model.answer(replace = true) }
            .setNegativeButton(R.string.lists_keep_both) { _, _ -> model.answer(replace = false) }
            .setOnCancelListener { model.answer(replace = null) }
            .show()
    }

    private companion object {
        const val PICK = 1
        const val REPLACING = "replacing"
    }
}
