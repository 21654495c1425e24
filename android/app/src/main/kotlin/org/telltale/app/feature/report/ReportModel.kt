package org.telltale.app.feature.report

import org.telltale.app.engine.Background
import org.telltale.app.ui.Destination
import org.telltale.app.ui.FileException
import org.telltale.app.ui.FileTrouble
import org.telltale.app.ui.ScreenModel

/** Makes a page of the record, and keeps it until another one is asked for. */
class ReportModel(private val reporter: Reporter, background: Background) :
    ScreenModel<ReportState>(ReportState(), background) {
    /** What was made of another choice is not shown any more. */
    fun choose(choice: ReportChoice) {
        if (choice != state.choice && state.work == ReportWork.NONE) change { ReportState(choice) }
    }

    fun make() {
        val choice = state.choice
        work(ReportWork.MAKING, { reporter.make(choice) }) { made -> change { it.copy(made = made) } }
    }

    /** Writes the page that was made to [destination]. */
    fun save(destination: Destination) {
        val made = ready() ?: return
        work(ReportWork.SAVING, { reporter.save(made, destination) }) { change { it.copy(isSaved = true) } }
    }

    /** The page that was made, if its file is still there. */
    fun ready(): MadeReport? {
        val made = state.made ?: return null
        if (made.file.exists()) return made
        change { ReportState(it.choice, trouble = ReportTrouble.Gone) }
        return null
    }

    private fun <T> work(kind: ReportWork, work: () -> T, then: (T) -> Unit) {
        if (state.work != ReportWork.NONE) return
        change { it.copy(work = kind, isSaved = false, trouble = null) }
        ask("report", work) { outcome ->
            change { it.copy(work = ReportWork.NONE) }
            outcome.onSuccess(then)
            outcome.onFailure { failure -> change { it.copy(trouble = told(failure)) } }
        }
    }

    private fun told(failure: Throwable) =
        ReportTrouble.Failed((failure as? FileException)?.trouble ?: FileTrouble.RECORD, failure.message)
}
