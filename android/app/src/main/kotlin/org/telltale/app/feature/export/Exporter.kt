package org.telltale.app.feature.export

import java.io.File
import java.time.Clock
import org.telltale.app.engine.ExportFormat
import org.telltale.app.engine.Query
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.Records
import org.telltale.app.ui.Destination
import org.telltale.app.ui.FileException
import org.telltale.app.ui.FileKind
import org.telltale.app.ui.FileTrouble
import org.telltale.app.ui.FreshFile
import org.telltale.app.ui.Period
import org.telltale.app.ui.openOrTell

/** What is written. */
data class ExportChoice(
    val period: Period = Period.WEEK,
    /** The key of an app's owner; null for all apps. */
    val app: String? = null,
    val flaggedOnly: Boolean = false,
    val format: ExportFormat = ExportFormat.CSV,
)

/** What a file of this format is. */
val ExportFormat.kind: FileKind get() = if (this == ExportFormat.CSV) FileKind.CSV else FileKind.JSON_LINES

/** Writes parts of the record into files; away from the main thread. */
class Exporter(private val records: Records, private val folder: File, private val clock: Clock) {
    /** A new file to share, in place of those before. */
    fun toShare(choice: ExportChoice): Pair<File, Long> {
        folder.deleteRecursively()
        val file = File(folder, choice.format.kind.nameAt(clock.instant().atZone(clock.zone).toLocalDate()))
        return file to write(choice, FreshFile(file))
    }

    /** Writes to [destination]; answers with how many flows there were. */
    fun write(choice: ExportChoice, destination: Destination): Long {
        val query = Query(
            since = choice.period.since(clock.instant(), clock.zone),
            app = choice.app,
            flagged = true.takeIf { choice.flaggedOnly },
        )
        return try {
            val count = records.export(query, choice.format, destination.openOrTell())
            if (count == 0L) throw FileException(FileTrouble.NOTHING)
            count
        } catch (failure: FileException) {
            destination.discard()
            throw failure
        } catch (failure: RecordException) {
            destination.discard()
            throw FileException(FileTrouble.of(failure, FileTrouble.RECORD), failure)
        }
    }
}
