package org.telltale.app.feature.lists

import android.content.ContentResolver
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import java.io.FileNotFoundException

/** A document that the system's picker answered with. */
class PickedDocument(private val resolver: ContentResolver, private val uri: Uri) : Document {
    /** As its provider calls it; one that does not say may still tell by the address. */
    override fun name(): String? = displayName() ?: uri.lastPathSegment

    private fun displayName(): String? =
        resolver.query(uri, arrayOf(OpenableColumns.DISPLAY_NAME), null, null, null)?.use { rows ->
            if (rows.moveToFirst()) rows.getString(0) else null
        }

    override fun open(): ParcelFileDescriptor =
        resolver.openFileDescriptor(uri, "r") ?: throw FileNotFoundException(uri.toString())
}
