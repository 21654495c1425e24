package org.telltale.app.world

import java.io.File
import java.net.InetAddress
import java.util.concurrent.Callable
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS

/** What a tunnel was asked to be. */
class TunnelShape {
    val addresses = mutableListOf<String>()
    val routes = mutableListOf<String>()
    val resolvers = mutableListOf<InetAddress>()

    /** Packages that stay outside of it. */
    val outside = mutableSetOf<String>()
    var mtu = 0
}

/**
 * A phone as its apps see it: a network namespace from which the only way out is the tunnel. Apps are programs that run
 * there. The relay's own sockets stay where this process is, which is to be a small world (`telltale-world`).
 */
class Phone : AutoCloseable {
    private val thread = Executors.newSingleThreadExecutor()
    private var tunnels = 0

    /** The thread that is inside, as the kernel calls it. */
    private val number: Int = inside {
        Linux.leaveNamespaces()
        runHere("mount", "--make-rprivate", "/")
        runHere("ip", "link", "set", "lo", "up")
        Linux.thread()
    }

    /** The kernel's table of sockets with this name, such as `tcp6`. */
    fun socketTable(name: String): String = File("/proc/self/task/$number/net/$name").readText()

    /** Sets a tunnel up as Android does: it takes the routes of the one that was there. */
    fun establish(shape: TunnelShape): Int = inside {
        val device = "tun${tunnels++}"
        val descriptor = Linux.openTun(device)
        runHere("ip", "link", "set", device, "mtu", shape.mtu.toString(), "up")
        shape.addresses.forEach { runHere("ip", "address", "add", it, "dev", device) }
        shape.routes.forEach { runHere("ip", "route", "replace", it, "dev", device) }
        lookUpAt(shape.resolvers)
        descriptor
    }

    /** Starts a program as an app of the phone. */
    fun start(vararg command: String): Process = inside { spawn(*command) }

    /** Fetches a page as an app of the phone does; null when there is no way to it. */
    fun fetch(url: String, vararg options: String): String? {
        val curl = start("curl", "--silent", "--show-error", "--max-time", "20", *options, url)
        val output = output(curl)
        return output.takeIf { curl.waitFor() == 0 }
    }

    override fun close() {
        thread.shutdownNow()
    }

    private fun lookUpAt(resolvers: List<InetAddress>) {
        val file = File.createTempFile("resolv", ".conf")
        file.deleteOnExit()
        file.writeText(resolvers.joinToString("") { "nameserver ${it.hostAddress}\n" })
        runHere("mount", "--bind", file.path, "/etc/resolv.conf")
    }

    private fun runHere(vararg command: String) {
        val process = spawn(*command)
        val output = output(process)
        check(process.waitFor() == 0) { "${command.joinToString(" ")}: $output" }
    }

    /** A program is where the thread is that starts it. */
    private fun spawn(vararg command: String): Process =
        ProcessBuilder(*command).redirectErrorStream(true).start().also { it.outputStream.close() }

    private fun output(process: Process) = process.inputStream.readAllBytes().decodeToString()

    private fun <T> inside(work: () -> T): T = try {
        thread.submit(Callable(work)).get(PATIENCE, SECONDS)
    } catch (failure: ExecutionException) {
        throw failure.cause ?: failure
    }

    private companion object {
        const val PATIENCE = 60L
    }
}
