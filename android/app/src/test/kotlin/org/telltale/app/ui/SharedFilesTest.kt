package org.telltale.app.ui

import android.content.Context
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import java.io.File
import java.io.FileNotFoundException
import java.nio.file.Files
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35])
class SharedFilesTest {
    private val context: Context = RuntimeEnvironment.getApplication()
    private val provider = Robolectric.setupContentProvider(SharedFiles::class.java, SharedFiles.AUTHORITY)
    private val file = File(SharedFiles.folder(context), "telltale-2026-03-11.csv")
    private val secret = File(context.cacheDir, "secret.csv")

    @Before
    fun `put files`() {
        file.parentFile!!.mkdirs()
        file.writeText("id,start\n")
        secret.writeText("not for others")
    }

    @Test
    fun `a file of the folder is read, with its name, size and kind`() {
        val address = SharedFiles.addressOf(file)
        val stream = ParcelFileDescriptor.AutoCloseInputStream(provider.openFile(address, "r"))
        val text = stream.bufferedReader().use { it.readText() }
        assertEquals("id,start\n", text)
        assertEquals("text/csv", provider.getType(address))
        provider.query(address, null, null, null, null).use { rows ->
            rows.moveToFirst()
            assertEquals(file.name, rows.getString(rows.getColumnIndexOrThrow(OpenableColumns.DISPLAY_NAME)))
            assertEquals(9L, rows.getLong(rows.getColumnIndexOrThrow(OpenableColumns.SIZE)))
        }
    }

    @Test
    fun `columns that are not known are left out`() {
        provider.query(SharedFiles.addressOf(file), arrayOf("_data", OpenableColumns.SIZE), null, null, null).use { rows ->
            assertEquals(listOf(OpenableColumns.SIZE), rows.columnNames.toList())
        }
    }

    @Test
    fun `nobody writes`() {
        for (mode in listOf("w", "rw", "rwt", "wt", "wa")) {
            assertThrows(FileNotFoundException::class.java) { provider.openFile(SharedFiles.addressOf(file), mode) }
        }
        assertEquals("id,start\n", file.readText())
    }

    @Test
    fun `there is no way out of the folder`() {
        Files.createSymbolicLink(File(file.parentFile, "link.csv").toPath(), secret.toPath())
        val escapes = listOf("../secret.csv", "%2e%2e%2fsecret.csv", "..%2Fsecret.csv", "a/../../secret.csv", "..")
        val paths = escapes + listOf("link.csv", "", "none.csv")
        for (path in paths) {
            val address = Uri.parse("content://${SharedFiles.AUTHORITY}/$path")
            assertThrows(path, FileNotFoundException::class.java) { provider.openFile(address, "r") }
            assertThrows(path, FileNotFoundException::class.java) { provider.query(address, null, null, null, null) }
        }
    }
}
