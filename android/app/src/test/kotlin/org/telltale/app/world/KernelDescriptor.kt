package org.telltale.app.world

import android.os.ParcelFileDescriptor
import java.io.File

/** Robolectric's own descriptors stand for files of Java; this one is the kernel's, as Rust needs it. */
class KernelDescriptor(private var descriptor: Int) :
    ParcelFileDescriptor(open(File("/dev/null"), MODE_READ_ONLY)) {
    override fun getFd() = descriptor

    override fun detachFd(): Int = descriptor.also { descriptor = -1 }

    override fun close() {
        if (descriptor >= 0) Linux.close(detachFd())
        super.close()
    }

    companion object {
        /** For writing what comes into [file], which is made. */
        fun toWrite(file: File) = KernelDescriptor(Linux.create(file.path))
    }
}
