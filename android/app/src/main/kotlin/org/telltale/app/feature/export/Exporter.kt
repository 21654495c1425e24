package org.telltale.app.feature.export

import android.os.ParcelFileDescriptor
import java.io.File
import java.io.IOException
import java.time.Clock
import org.telltale.app.engine.ExportFormat
import org.telltale.app.engine.Query
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.Records
import org.telltale.app.ui.Period

/** What is written. */
data class ExportChoice(
    val period: Period = Period.WEEK,
    /** The key of an app's owner; null for all apps. */
    val app: String? = null,
    val flaggedOnly: Boolean = false,
    val format: ExportFormat = ExportFormat.CSV,
)

/** Why nothing was written. */
enum class ExportTrouble {
    /** There is nothing of what was chosen. */
    NOTHING,

    /** The phone, or where the file was to be, has no room left. */
    FULL,

    /** The place that the owner chose cannot be written to. */
    PLACE,

    /** The record cannot be read. */
    RECORD,
}

/** An export that came to nothing; what was begun is gone again. */
class ExportException(val trouble: ExportTrouble, cause: Throwable? = null) : Exception(cause?.message, cause)

/** A place that the owner chose for a file. Both calls may wait. */
interface Destination {
    /** Throws whatever a provider of documents may throw. */
    fun open(): ParcelFileDescriptor

    /** Removes what was begun, if that is possible. */
    fun discard()
}

/** Writes parts of the record into files; away from the main thread. */
class Exporter(private val records: Records, private val folder: File, private val clock: Clock) {
    /** A new file to share, in place of those before. */
    fun toShare(choice: ExportChoice): Pair<File, Long> {
        folder.deleteRecursively()
        val file = File(folder, FileKind.of(choice.format).nameAt(clock.instant().atZone(clock.zone).toLocalDate()))
        return file to write(choice, Fresh(file))
    }

    /** Writes to [destination]; answers with how many flows there were. */
    fun write(choice: ExportChoice, destination: Destination): Long {
        val query = Query(
            since = choice.period.since(clock.instant(), clock.zone),
            app = choice.app,
            flagged = true.takeIf { choice.flaggedOnly },
        )
        return try {
            val count = records.export(query, choice.format, openAt(destination))
            if (count == 0L) throw ExportException(ExportTrouble.NOTHING)
            count
        } catch (failure: ExportException) {
            destination.discard()
            throw failure
        } catch (failure: RecordException) {
            destination.discard()
            throw ExportException(if (isFull(failure)) ExportTrouble.FULL else ExportTrouble.RECORD, failure)
        }
    }

    /** Providers of documents are other apps: whatever they throw, the place cannot be used. */
    @Suppress("TooGenericExceptionCaught")
    private fun openAt(destination: Destination): ParcelFileDescriptor = try {
        destination.open()
    } catch (failure: Exception) {
        val trouble = if (isFull(failure)) ExportTrouble.FULL else ExportTrouble.PLACE
        throw ExportException(trouble, failure)
    }

    /** The system's words for a full disk or a used-up share of it, whoever passes them on. */
    private fun isFull(failure: Throwable): Boolean = generateSequence(failure) { it.cause }
        .any { cause -> FULL.any { it in cause.message.orEmpty() } }

    private class Fresh(private val file: File) : Destination {
        override fun open(): ParcelFileDescriptor {
            val folder = requireNotNull(file.parentFile)
            if (!folder.mkdirs() && !folder.isDirectory) throw IOException("no folder for ${file.name}")
            return ParcelFileDescriptor.open(file, ParcelFileDescriptor.parseMode("rwt"))
        }

        override fun discard() {
            file.delete()
        }
    }

    private companion object {
        val FULL = listOf("ENOSPC", "No space left on device", "EDQUOT", "quota exceeded")
    }
}
