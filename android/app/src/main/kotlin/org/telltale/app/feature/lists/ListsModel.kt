package org.telltale.app.feature.lists

import android.os.ParcelFileDescriptor
import org.telltale.app.engine.Background
import org.telltale.app.engine.ListReport
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.Rulebook
import org.telltale.app.ui.ScreenModel

/** A file that the owner picked. Both calls may wait. */
interface Document {
    /** Null where it has none. */
    fun name(): String?

    /** Throws whatever a provider of documents may throw. */
    fun open(): ParcelFileDescriptor
}

/** Why a list could not be taken. */
enum class ListTrouble {
    /** The document could not be opened. */
    UNREADABLE,

    /** It was read, but is no list. */
    UNUSABLE,

    /** It could not be removed. */
    KEPT,
}

/** What went wrong, with the core's words on it. */
data class ListFailure(val trouble: ListTrouble, val name: String, val detail: String?)

/** The own lists, and what came of the latest import. */
data class ListsState(
    /** Null until they are known. */
    val lists: List<String>? = null,
    val isBusy: Boolean = false,
    val report: ListReport? = null,
    val failure: ListFailure? = null,
    /** There is a list of this name: whether it is to be replaced is asked. */
    val question: Question? = null,
    /** The lists themselves could not be read. */
    val problem: String? = null,
) {
    data class Question(val name: String, val document: Document)
}

/** Imports, replaces and removes the owner's lists. */
class ListsModel(private val rulebook: Rulebook, background: Background) :
    ScreenModel<ListsState>(ListsState(), background) {
    override fun onStart() = refresh()

    fun refresh() = ask("lists", rulebook::lists) { outcome ->
        outcome.onSuccess { lists -> change { it.copy(lists = lists, problem = null) } }
        outcome.onFailure { trouble -> change { it.copy(problem = trouble.message.orEmpty()) } }
    }

    /** Takes [document] as a list of its own name, or asks what to do where there is one. */
    fun import(document: Document) {
        change { it.copy(isBusy = true, report = null, failure = null) }
        ask("import", { runCatching(document::name).getOrNull() }) { outcome ->
            val name = ListNames.of(outcome.getOrNull())
            val isTaken = name in state.lists.orEmpty()
            if (isTaken) change { it.copy(isBusy = false, question = ListsState.Question(name, document)) }
            else add(name, document, replace = false)
        }
    }

    /** The answer to [ListsState.question]: null drops the document. */
    fun answer(replace: Boolean?) {
        val question = state.question ?: return
        change { it.copy(question = null) }
        when (replace) {
            true -> add(question.name, question.document, replace = true)
            false -> add(ListNames.free(question.name, state.lists.orEmpty()), question.document, replace = false)
            null -> Unit
        }
    }

    /** Takes [document] in place of the list [name]. */
    fun replace(name: String, document: Document) = add(name, document, replace = true)

    fun remove(name: String) {
        change { it.copy(report = null, failure = null) }
        ask("remove", { rulebook.remove(name) }) { outcome ->
            outcome.onFailure { trouble -> fail(ListTrouble.KEPT, name, trouble) }
            refresh()
        }
    }

    private fun add(name: String, document: Document, replace: Boolean) {
        change { it.copy(isBusy = true, report = null, failure = null) }
        ask("add", { rulebook.add(name, document.open(), replace) }) { outcome ->
            outcome.onSuccess { report -> change { it.copy(isBusy = false, report = report) } }
            outcome.onFailure { trouble ->
                val kind = if (trouble is RecordException) ListTrouble.UNUSABLE else ListTrouble.UNREADABLE
                fail(kind, name, trouble)
            }
            refresh()
        }
    }

    private fun fail(kind: ListTrouble, name: String, trouble: Throwable) {
        // What a provider of documents says is not for people.
        val detail = trouble.message.takeIf { trouble is RecordException }
        change { it.copy(isBusy = false, failure = ListFailure(kind, name, detail)) }
    }
}
