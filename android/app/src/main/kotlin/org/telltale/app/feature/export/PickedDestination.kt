package org.telltale.app.feature.export

import android.content.ContentResolver
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.DocumentsContract
import java.io.FileNotFoundException

/** A document that the system's picker has made. */
class PickedDestination(private val resolver: ContentResolver, private val uri: Uri) : Destination {
    override fun open(): ParcelFileDescriptor =
        resolver.openFileDescriptor(uri, "wt") ?: throw FileNotFoundException("$uri")

    override fun discard() {
        // A provider may not be able to; then an empty file stays where the owner wanted one.
        runCatching { DocumentsContract.deleteDocument(resolver, uri) }
    }
}
