package org.telltale.app.world

import com.sun.jna.LastErrorException
import com.sun.jna.Library
import com.sun.jna.Memory
import com.sun.jna.Native
import com.sun.jna.Pointer

/** The few calls to the kernel that Java has no name for. Each throws what went wrong. */
internal object Linux {
    private const val CLONE_NEWNS = 0x0002_0000
    private const val CLONE_NEWNET = 0x4000_0000
    private const val O_RDWR = 2
    private const val OWNER_ONLY = 0x180
    private const val TUNSETIFF = 0x4004_54ca
    private const val IFF_TUN = 0x0001
    private const val IFF_NO_PI = 0x1000

    /** Bytes of `struct ifreq`: the name, then the flags. */
    private const val REQUEST = 40L
    private const val NAME = 16L

    @Suppress("FunctionName")
    private interface C : Library {
        @Throws(LastErrorException::class)
        fun unshare(flags: Int): Int

        @Throws(LastErrorException::class)
        fun open(path: String, flags: Int): Int

        @Throws(LastErrorException::class)
        fun creat(path: String, mode: Int): Int

        @Throws(LastErrorException::class)
        fun ioctl(descriptor: Int, request: Long, argument: Pointer): Int

        @Throws(LastErrorException::class)
        fun close(descriptor: Int): Int

        fun gettid(): Int
    }

    private val c = Native.load("c", C::class.java)

    /** Gives the calling thread, and what it starts, a network and mounts of its own. */
    fun leaveNamespaces() {
        c.unshare(CLONE_NEWNS or CLONE_NEWNET)
    }

    /** A descriptor of a new TUN device in the network of the calling thread. */
    fun openTun(device: String): Int {
        val descriptor = c.open("/dev/net/tun", O_RDWR)
        val request = Memory(REQUEST).apply {
            clear()
            setString(0, device)
            setShort(NAME, (IFF_TUN or IFF_NO_PI).toShort())
        }
        c.ioctl(descriptor, TUNSETIFF.toLong(), request)
        return descriptor
    }

    /** A descriptor of a new file, for writing. */
    fun create(path: String): Int = c.creat(path, OWNER_ONLY)

    fun close(descriptor: Int) {
        c.close(descriptor)
    }

    /** What the kernel calls the calling thread. */
    fun thread(): Int = c.gettid()
}
