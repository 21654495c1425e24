package org.telltale.app.feature.report

import android.os.ParcelFileDescriptor
import java.io.File
import java.io.IOException
import java.security.DigestInputStream
import java.security.MessageDigest
import java.time.Clock
import java.time.Instant
import org.telltale.app.engine.Page
import org.telltale.app.engine.Query
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.Records
import org.telltale.app.engine.ReportFact
import org.telltale.app.engine.ReportOptions
import org.telltale.app.ui.Destination
import org.telltale.app.ui.FileException
import org.telltale.app.ui.FileKind
import org.telltale.app.ui.FileTrouble
import org.telltale.app.ui.FreshFile
import org.telltale.app.ui.openOrTell

/** Makes pages of the record in [folder], and copies them; away from the main thread. Failures are [FileException]s. */
class Reporter(
    private val records: Records,
    private val phone: PhoneFacts,
    private val folder: File,
    private val clock: Clock,
) {
    /** A new page, in place of the files before. */
    fun make(choice: ReportChoice): MadeReport {
        folder.deleteRecursively()
        val made = clock.instant()
        val file = File(folder, FileKind.HTML.nameAt(made.atZone(clock.zone).toLocalDate()))
        return try {
            write(choice, made, file)
        } catch (failure: RecordException) {
            file.delete()
            throw FileException(FileTrouble.of(failure, FileTrouble.RECORD), failure)
        } catch (failure: FileException) {
            file.delete()
            throw failure
        }
    }

    /** Copies [made] to [destination]. */
    fun save(made: MadeReport, destination: Destination) {
        try {
            val target = ParcelFileDescriptor.AutoCloseOutputStream(destination.openOrTell())
            target.use { copy -> made.file.inputStream().use { it.copyTo(copy) } }
        } catch (failure: FileException) {
            destination.discard()
            throw failure
        } catch (failure: IOException) {
            destination.discard()
            throw FileException(FileTrouble.of(failure, FileTrouble.PLACE), failure)
        }
    }

    private fun write(choice: ReportChoice, made: Instant, file: File): MadeReport {
        val since = choice.period.since(made, clock.zone)
        val facts = if (choice.tellsPhone) facts(since) else emptyList()
        val options = ReportOptions(made, since, choice.isInFull, facts)
        val stamp = records.report(options, FreshFile(file).openOrTell()) ?: throw FileException(FileTrouble.NOTHING)
        return MadeReport(file, file.length(), sha256(file), stamp, facts)
    }

    private fun facts(since: Instant?): List<ReportFact> {
        val apps = records.apps(Query(since = since, flagged = true), Page(0, PhoneFacts.MOST_APPS))
        return phone.of(apps.mapNotNull { it.owner })
    }

    private fun sha256(file: File): String {
        val digest = MessageDigest.getInstance("SHA-256")
        DigestInputStream(file.inputStream(), digest).use { stream ->
            val buffer = ByteArray(DEFAULT_BUFFER_SIZE)
            while (stream.read(buffer) >= 0) Unit
        }
        return digest.digest().joinToString("") { "%02x".format(it) }
    }
}
