package org.telltale.app.ui

import org.telltale.app.engine.Background
import org.telltale.app.engine.Page

/** Some rows, and where the next ones begin; null after the last. */
data class Slice<T>(val rows: List<T>, val next: Int?)

/** Where rows come from; asked away from the main thread. */
fun interface PageSource<T> {
    fun load(page: Page): Slice<T>

    companion object {
        /** Of a query that is over when it answers with fewer rows than it was asked for. */
        fun <T> of(query: (Page) -> List<T>) = PageSource { page ->
            val rows = query(page)
            Slice(rows, (page.offset + rows.size).takeIf { rows.size == page.limit })
        }
    }
}

/**
 * Rows that are loaded page by page, the next one before its turn comes. Only for the main thread; [changed] is told
 * when rows, [isLoading] or [problem] are others.
 */
class Pages<T>(
    private val background: Background,
    private val source: PageSource<T>,
    private val size: Int = SIZE,
    private val changed: () -> Unit,
) : AutoCloseable {
    var rows: List<T> = emptyList()
        private set
    var isLoading = false
        private set
    var problem: Throwable? = null
        private set

    private var next: Int? = 0
    private var question: AutoCloseable? = null

    val isComplete: Boolean get() = next == null

    /** Asks for the first page. */
    fun start() {
        if (rows.isEmpty() && !isLoading) append()
    }

    /** The row at [position] is looked at. */
    fun near(position: Int) {
        if (!isLoading && problem == null && position >= rows.size - size / 2) append()
    }

    /** Asks for all loaded rows anew; those that are shown stay until the answer is there. */
    fun refresh() {
        val wanted = rows.size.coerceAtLeast(size)
        ask({ reload(wanted) }) { it }
    }

    override fun close() {
        question?.close()
        isLoading = false
    }

    private fun append() {
        val from = next ?: return
        ask({ source.load(Page(from, size)) }) { Slice(rows + it.rows, it.next) }
    }

    private fun reload(wanted: Int): Slice<T> {
        var all = source.load(Page(0, size))
        while (all.rows.size < wanted) {
            val more = source.load(Page(all.next ?: break, size))
            all = Slice(all.rows + more.rows, more.next)
        }
        return all
    }

    private fun ask(work: () -> Slice<T>, merge: (Slice<T>) -> Slice<T>) {
        question?.close()
        isLoading = true
        question = background.ask(work) { outcome ->
            isLoading = false
            problem = outcome.exceptionOrNull()
            outcome.onSuccess { take(merge(it)) }
            changed()
        }
        if (isLoading && rows.isEmpty()) changed()
    }

    private fun take(all: Slice<T>) {
        rows = all.rows
        next = all.next
    }

    companion object {
        /** About five screens. */
        const val SIZE = 50
    }
}
