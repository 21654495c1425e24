package org.telltale.app.engine

import java.io.File
import java.io.IOException
import java.io.InputStream

/**
 * The database of countries that the app brings, as a file in [folder]: the core reads files, not what is packed into an
 * APK. Each [version] of the app writes it anew.
 */
class CountryFile(private val folder: File, private val version: Long, private val open: () -> InputStream) {
    /** The file; null where there is no room for it, or nothing to write: then no country is told. Takes a moment. */
    fun ready(): File? {
        val file = File(folder, "$version.mmdb")
        return try {
            if (!file.exists()) write(file)
            file
        } catch (_: IOException) {
            null
        }
    }

    /** What was written half is not taken for it. */
    private fun write(file: File) {
        folder.deleteRecursively()
        folder.mkdirs()
        val part = File(folder, "part")
        open().use { source -> part.outputStream().use(source::copyTo) }
        if (!part.renameTo(file)) throw IOException("$part cannot be renamed")
    }
}
