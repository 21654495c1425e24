package org.telltale.app.feature.export

import java.io.File
import org.telltale.app.Parts
import org.telltale.app.ui.Destination
import org.telltale.app.ui.FileException
import org.telltale.app.ui.FileTrouble
import org.telltale.app.ui.ScreenModel

/** What came of an export. */
sealed interface ExportOutcome {
    /** [file] is to be shared; null where it went to a place of the owner's. */
    data class Done(val flows: Long, val file: File?) : ExportOutcome

    data class Failed(val trouble: FileTrouble, val detail: String?) : ExportOutcome
}

/** What is to be written, and how far it is. */
data class ExportState(
    val choice: ExportChoice = ExportChoice(),
    /** Null until they are known. */
    val apps: List<AppChoice>? = null,
    val isWriting: Boolean = false,
    val outcome: ExportOutcome? = null,
) {
    /** The app that is chosen; null for all. */
    val app: AppChoice? get() = apps?.find { it.key == choice.app }
}

/** Writes a part of the record to where its owner wants it. */
class ExportModel(private val parts: Parts, private val exporter: Exporter) :
    ScreenModel<ExportState>(ExportState(), parts.background) {
    override fun onStart() {
        if (state.apps == null) ask("apps", { AppChoice.all(parts) }) { outcome ->
            change { it.copy(apps = outcome.getOrDefault(emptyList())) }
        }
    }

    fun choose(choice: ExportChoice) = change { it.copy(choice = choice, outcome = null) }

    /** Writes a file to share. */
    fun share() = write { choice -> exporter.toShare(choice).let { (file, flows) -> ExportOutcome.Done(flows, file) } }

    /** Writes to [destination]. */
    fun save(destination: Destination) = write { choice -> ExportOutcome.Done(exporter.write(choice, destination), null) }

    /** The file of the outcome was handed over. */
    fun shared() = change { before ->
        before.copy(outcome = (before.outcome as? ExportOutcome.Done)?.copy(file = null) ?: before.outcome)
    }

    private fun write(work: (ExportChoice) -> ExportOutcome) {
        if (state.isWriting) return
        val choice = state.choice
        change { it.copy(isWriting = true, outcome = null) }
        ask("export", { work(choice) }) { result ->
            val outcome = result.getOrElse { failure ->
                val trouble = (failure as? FileException)?.trouble ?: FileTrouble.RECORD
                ExportOutcome.Failed(trouble, failure.message)
            }
            change { it.copy(isWriting = false, outcome = outcome) }
        }
    }
}
