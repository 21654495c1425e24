package org.telltale.app.engine

import android.os.ParcelFileDescriptor
import org.telltale.core.InternalException
import org.telltale.core.Journal
import org.telltale.core.TelltaleException

/** The record as the Rust core keeps it. Parts of it are forgotten while [engine] neither starts nor stops. */
class RustRecords(private val places: Places, private val engine: RustEngine) : Records {
    /** One of each thread that asks: a journal answers one question at a time. */
    private val readers = ThreadLocal<Journal>()

    override fun apps(query: Query, page: Page) = rows { it.apps(query.toCore(page)).map { row -> row.toApp() } }

    override fun hosts(query: Query, page: Page) = rows { it.hosts(query.toCore(page)).map { row -> row.toApp() } }

    override fun parties(query: Query) = rows { it.parties(query.toCore()).map { row -> row.toApp() } }

    override fun flows(query: Query, page: Page) = rows { it.flows(query.toCore(page)).map { row -> row.toApp() } }

    override fun hours(query: Query) = rows { it.hours(query.toCore()).map { row -> row.toApp() } }

    override fun evidence(query: Query, page: Page, redacted: Boolean) =
        rows { it.evidence(query.toCore(page), redacted).map { row -> row.toApp() } }

    override fun gaps(query: Query) = rows { it.gaps(query.toCore()).map { row -> row.toApp() } }

    override fun marks(query: Query, page: Page) = rows { it.marks(query.toCore(page)).map { row -> row.toApp() } }

    override fun coverage(query: Query) = ask(EMPTY) { it.totalCoverage(query.toCore()).toApp() }

    override fun size() = ask(RecordSize(0, 0, null)) { it.size().toApp() }

    override fun export(query: Query, format: ExportFormat, file: ParcelFileDescriptor): Long = file.use {
        // A reader of its own: it may take long, and screens go on asking.
        answer(0L) {
            open().use { reader -> reader.export(query.toCore(), format.named(), file.detachFd()).toLong() }
        }
    }

    override fun claims(query: Query) = rows { it.claims(query.toCore()).map { claim -> claim.toApp() } }

    override fun report(options: ReportOptions, file: ParcelFileDescriptor): ReportStamp? = file.use {
        // A reader of its own, as for an export.
        answer(null) { open().use { reader -> reader.report(options.toCore(), file.detachFd()).toApp() } }
    }

    override fun erase(scope: Scope) = answer(Unit) {
        engine.exclusively { session ->
            if (session != null) session.erase(scope.toCore()) else open().use { it.erase(scope.toCore()) }
        }
    }

    private fun <T> rows(question: (Journal) -> List<T>) = ask(emptyList(), question)

    private fun <T> ask(empty: T, question: (Journal) -> T) = answer(empty) { question(reader()) }

    private fun reader() = readers.get() ?: open().also(readers::set)

    private fun open(): Journal {
        NativeLibrary.open()
        return Journal.open(places.record.path)
    }

    private fun <T> answer(empty: T, work: () -> T): T = try {
        translating(work)
    } catch (failure: RecordException) {
        if (failure.cause is TelltaleException.NoRecord) empty else throw failure
    }

    private companion object {
        val NOTHING = Amount(0, 0, 0)
        val EMPTY = Coverage(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
    }
}

/** Whatever the core throws, bugs included, becomes a [RecordException]. */
internal fun <T> translating(work: () -> T): T = try {
    work()
} catch (failure: TelltaleException) {
    throw RecordException(failure.word(), failure)
} catch (failure: InternalException) {
    throw RecordException(failure.word(), failure)
} catch (failure: LinkageError) {
    throw RecordException(failure.word(), failure)
}
