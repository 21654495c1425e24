package org.telltale.app.ui

import android.app.Activity
import android.content.ClipData
import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.content.Intent
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException

/**
 * Lets the app that the owner shares a file with read that file, and nothing else: it is not exported, Android lets
 * through only who was given the file's address, and only files of one folder have one.
 */
class SharedFiles : ContentProvider() {
    override fun onCreate() = true

    override fun getType(uri: Uri): String = FileKind.of(uri.lastPathSegment.orEmpty()).type

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        if (mode != "r") throw FileNotFoundException("only for reading")
        return ParcelFileDescriptor.open(fileOf(uri), ParcelFileDescriptor.MODE_READ_ONLY)
    }

    override fun query(
        uri: Uri, projection: Array<out String>?, selection: String?, arguments: Array<out String>?, order: String?,
    ): Cursor {
        val file = fileOf(uri)
        val known = mapOf(OpenableColumns.DISPLAY_NAME to file.name, OpenableColumns.SIZE to file.length())
        val columns = (projection ?: known.keys.toTypedArray()).filter(known::containsKey)
        return MatrixCursor(columns.toTypedArray()).apply { addRow(columns.map(known::get)) }
    }

    override fun insert(uri: Uri, values: ContentValues?) = throw UnsupportedOperationException()

    override fun update(uri: Uri, values: ContentValues?, selection: String?, arguments: Array<out String>?) =
        throw UnsupportedOperationException()

    override fun delete(uri: Uri, selection: String?, arguments: Array<out String>?) =
        throw UnsupportedOperationException()

    /** The file of [uri], if it lies in the folder itself: no way up, no link out of it. */
    private fun fileOf(uri: Uri): File {
        val folder = folder(requireNotNull(context))
        val name = uri.pathSegments.singleOrNull() ?: throw FileNotFoundException("$uri")
        val file = File(folder, name)
        val isInside = try {
            file.canonicalFile == File(folder.canonicalFile, name) && file.isFile
        } catch (_: IOException) {
            false
        }
        return if (isInside) file else throw FileNotFoundException("$uri")
    }

    companion object {
        const val AUTHORITY = "org.telltale.app.files"

        /** Where files lie that may be shared. The system may empty it. */
        fun folder(context: Context) = File(context.cacheDir, "shared")

        /** The address of [file] in that folder. */
        fun addressOf(file: File): Uri =
            Uri.Builder().scheme("content").authority(AUTHORITY).appendPath(file.name).build()

        /** Lets another app have [file] of that folder, once; [title] stands above the choice of which one. */
        fun hand(activity: Activity, file: File, title: String) {
            val address = addressOf(file)
            val parcel = Intent(Intent.ACTION_SEND).setType(FileKind.of(file.name).type)
                .putExtra(Intent.EXTRA_STREAM, address).addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
            // The chooser passes a grant on by the clip, not by the extra.
            parcel.clipData = ClipData.newRawUri(file.name, address)
            activity.startActivity(Intent.createChooser(parcel, title))
        }
    }
}
