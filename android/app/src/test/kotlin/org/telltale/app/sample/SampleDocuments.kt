package org.telltale.app.sample

import android.content.ContentProvider
import android.content.ContentValues
import android.content.pm.ProviderInfo
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import java.io.File
import java.io.FileNotFoundException
import org.robolectric.RuntimeEnvironment
import org.robolectric.shadows.ShadowContentResolver

/** Somebody else's documents: files of a folder, and one that cannot be opened. */
class SampleDocuments(private val folder: File) : ContentProvider() {
    override fun onCreate() = true

    override fun query(uri: Uri, columns: Array<String>?, where: String?, args: Array<String>?, order: String?) =
        MatrixCursor(arrayOf(OpenableColumns.DISPLAY_NAME)).apply { addRow(arrayOf(uri.lastPathSegment)) }

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        if (uri.lastPathSegment == BROKEN) throw FileNotFoundException("gone")
        return ParcelFileDescriptor.open(File(folder, uri.lastPathSegment!!), ParcelFileDescriptor.parseMode(mode))
    }

    override fun getType(uri: Uri) = "text/plain"

    override fun insert(uri: Uri, values: ContentValues?) = null

    override fun delete(uri: Uri, where: String?, args: Array<String>?) = 0

    override fun update(uri: Uri, values: ContentValues?, where: String?, args: Array<String>?) = 0

    companion object {
        const val BROKEN = "broken.txt"
        private const val AUTHORITY = "org.example.documents"

        /** Offers those of [folder] to the app. */
        fun offer(folder: File) {
            val info = ProviderInfo().apply {
                authority = AUTHORITY
                exported = true
            }
            val provider = SampleDocuments(folder).apply { attachInfo(RuntimeEnvironment.getApplication(), info) }
            ShadowContentResolver.registerProviderInternal(AUTHORITY, provider)
        }

        fun address(name: String): Uri = Uri.parse("content://$AUTHORITY").buildUpon().appendPath(name).build()
    }
}
