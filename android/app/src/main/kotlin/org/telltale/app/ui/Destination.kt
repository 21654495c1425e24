package org.telltale.app.ui

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.ContentResolver
import android.content.Intent
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.DocumentsContract
import android.widget.Toast
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException
import org.telltale.app.R

/** Why no file was written. */
enum class FileTrouble {
    /** There is nothing of what was chosen. */
    NOTHING,

    /** The phone, or where the file was to be, has no room left. */
    FULL,

    /** The place that the owner chose cannot be written to. */
    PLACE,

    /** The record cannot be read. */
    RECORD;

    companion object {
        private val FULL_WORDS = listOf("ENOSPC", "No space left on device", "EDQUOT", "quota exceeded")

        /** The system's words for a full disk or a used-up share of it, whoever passes them on; else [other]. */
        fun of(failure: Throwable, other: FileTrouble): FileTrouble {
            val causes = generateSequence(failure) { it.cause }
            val isFull = causes.any { cause -> FULL_WORDS.any { it in cause.message.orEmpty() } }
            return if (isFull) FULL else other
        }
    }
}

/** A file that was not written; what was begun of it is gone again. */
class FileException(val trouble: FileTrouble, cause: Throwable? = null) : Exception(cause?.message, cause)

/** A place for a file. Both calls may wait. */
interface Destination {
    /** Throws whatever a provider of documents may throw. */
    fun open(): ParcelFileDescriptor

    /** Removes what was begun, if that is possible. */
    fun discard()
}

/** Opens it, or throws a [FileException]. Providers of documents are other apps: whatever they throw, it cannot be used. */
@Suppress("TooGenericExceptionCaught")
fun Destination.openOrTell(): ParcelFileDescriptor = try {
    open()
} catch (failure: Exception) {
    throw FileException(FileTrouble.of(failure, FileTrouble.PLACE), failure)
}

/** A new file of the app's own. */
class FreshFile(private val file: File) : Destination {
    override fun open(): ParcelFileDescriptor {
        val folder = requireNotNull(file.parentFile)
        if (!folder.mkdirs() && !folder.isDirectory) throw IOException("no folder for ${file.name}")
        return ParcelFileDescriptor.open(file, ParcelFileDescriptor.parseMode("rwt"))
    }

    override fun discard() {
        file.delete()
    }
}

/** A document that the system's picker has made. */
class PickedDestination(private val resolver: ContentResolver, private val uri: Uri) : Destination {
    override fun open(): ParcelFileDescriptor =
        resolver.openFileDescriptor(uri, "wt") ?: throw FileNotFoundException("$uri")

    override fun discard() {
        // A provider may not be able to; then an empty file stays where the owner wanted one.
        runCatching { DocumentsContract.deleteDocument(resolver, uri) }
    }

    companion object {
        /** Asks for a place for a file called [name]; [activity] hears of it under [code]. */
        fun ask(activity: Activity, name: String, code: Int) {
            val question = Intent(Intent.ACTION_CREATE_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE)
                .setType(FileKind.of(name).type).putExtra(Intent.EXTRA_TITLE, name)
            try {
                activity.startActivityForResult(question, code)
            } catch (_: ActivityNotFoundException) {
                Toast.makeText(activity, R.string.no_picker, Toast.LENGTH_LONG).show()
            }
        }
    }
}
