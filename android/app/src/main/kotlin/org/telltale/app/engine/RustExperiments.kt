package org.telltale.app.engine

import java.time.Duration
import org.telltale.core.ExperimentRequest as CoreRequest
import org.telltale.core.ExperimentRun as CoreRun
import org.telltale.core.Journal
import org.telltale.core.Session
import org.telltale.core.TelltaleException
import org.telltale.core.planSummary

/** Experiments of the Rust core: begun in the session of [engine], and read from the record. */
class RustExperiments(private val places: Places, private val engine: RustEngine) : Experiments {
    override fun plan(claim: ClaimId, isShort: Boolean) = translating {
        NativeLibrary.open()
        // What it takes is the same for every app.
        planSummary(CoreRequest(claim.named(), app = "", isShort)).toApp()
    }

    override fun begin(request: ExperimentRequest) = within { it.beginExperiment(request.toCore(), request.pageText.toCore()) }

    override fun resume(id: Long, pageText: PageText) = within { it.resumeExperiment(id, pageText.toCore()) }

    override fun rows(page: Page) = read(emptyList()) { it.experiments(Query().toCore(page)).map { row -> row.toApp() } }

    override fun result(id: Long) = read(null) { it.experiment(id)?.toApp() }

    private fun within(begin: (Session) -> CoreRun): ExperimentRun = translating {
        val run = engine.exclusively { session -> begin(session ?: throw RecordException("the phone is not watched")) }
        RustRun(run)
    }

    /** A journal of its own: results are asked for now and then. */
    private fun <T> read(empty: T, question: (Journal) -> T): T = try {
        translating {
            NativeLibrary.open()
            Journal.open(places.record.path).use(question)
        }
    } catch (failure: RecordException) {
        if (failure.cause is TelltaleException.NoRecord) empty else throw failure
    }
}

/** One at work. */
private class RustRun(private val run: CoreRun) : ExperimentRun {
    override fun state() = translating { run.state().toApp() }

    override fun awaitChange(seen: Long, patience: Duration) =
        translating { run.awaitChange(seen.toULong(), patience.toMillis().toUInt()).toApp() }

    override fun done() = translating { run.done() }

    override fun opened() = translating { run.opened() }

    override fun skip() = translating { run.skip() }

    override fun repeat() = translating { run.repeat() }

    override fun pause() = translating { run.pause() }

    override fun goOn() = translating { run.goOn() }

    override fun abort() = translating { run.abort() }

    override fun close() = run.close()
}
