package org.telltale.app.shrunk

import com.sun.jna.NativeLibrary
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import org.telltale.core.FlowTuple
import org.telltale.core.Journal
import org.telltale.core.Owner
import org.telltale.core.OwnerLookup
import org.telltale.core.Protector
import org.telltale.core.Query
import org.telltale.core.Rules
import org.telltale.core.Session
import org.telltale.core.SessionConfig
import org.telltale.core.StopReason
import org.telltale.core.TelltaleException

private const val PACKAGE = "com.miui.weather2"

/** Linux's numbers of a pair of datagram sockets, which takes the place of a TUN. */
private const val LOCAL = 1
private const val DATAGRAM = 2

/** An IPv4 packet with the UDP datagram "hi", from 10.111.222.1 port 40000 to 198.18.0.1 port 9. */
private val PACKET = byteArrayOf(
    0x45, 0, 0, 30, 0, 0, 0, 0, 64, 17, 0, 0, 10, 111, 222.toByte(), 1, 198.toByte(), 18, 0, 1,
    (40000 shr 8).toByte(), 40000.toByte(), 0, 9, 0, 10, 0, 0, 'h'.code.toByte(), 'i'.code.toByte(),
)

/**
 * Uses the bindings as R8 leaves them by the app's rules, against the library of this machine: objects, records,
 * errors, calls from Rust. Not a test class: it is run by itself, after R8.
 */
fun main() {
    val folder = Files.createTempDirectory("telltale")
    try {
        askRules()
        refuseDescriptor(folder)
        watch(folder)
        readRecord(folder)
    } finally {
        folder.toFile().deleteRecursively()
    }
    println("ok the rules keep what the bindings need")
}

private fun askRules() = Rules.open(null).use { rules ->
    val rule = rules.check("tracking.intl.miui.com").rule
    check(rule?.party == "Xiaomi") { "the catalogue says $rule" }
}

private fun refuseDescriptor(folder: Path) {
    val told = runCatching { Session.start(-1, config(folder), null, null) }.exceptionOrNull()
    check(told is TelltaleException.Input) { "the session says $told" }
}

/** A packet goes through; both questions that only Android can answer are asked. */
private fun watch(folder: Path) {
    val asked = CountDownLatch(2)
    val owners = object : OwnerLookup {
        override fun owner(flow: FlowTuple): Owner? {
            if (flow.remoteAddress == "198.18.0.1") asked.countDown()
            return Owner(10_123u, listOf(PACKAGE))
        }
    }
    val protector = object : Protector {
        override fun protect(fd: Int): Boolean = false.also { asked.countDown() }
    }
    val ends = IntArray(2)
    val system = NativeLibrary.getInstance("c")
    check(system.getFunction("socketpair").invokeInt(arrayOf(LOCAL, DATAGRAM, 0, ends)) == 0)
    Session.start(ends[0], config(folder), owners, protector).use { session ->
        system.getFunction("send").invokeInt(arrayOf(ends[1], withChecksum(PACKET), PACKET.size, 0))
        check(asked.await(10, TimeUnit.SECONDS)) { "${asked.count} questions were not asked" }
        session.stop(StopReason.STOPPED)
    }
}

private fun readRecord(folder: Path) = Journal.open(config(folder).record).use { journal ->
    val flow = journal.flows(Query()).single()
    check(flow.owner?.packages == listOf(PACKAGE)) { "the record says $flow" }
}

private fun config(folder: Path) = SessionConfig(folder.resolve("record.db").toString())

/** With the checksum of its IPv4 header (RFC 791). */
private fun withChecksum(packet: ByteArray): ByteArray {
    val words = (0 until 20 step 2).sumOf { (packet[it].toInt() and 0xff shl 8) + (packet[it + 1].toInt() and 0xff) }
    val sum = ((words and 0xffff) + (words shr 16)).inv()
    return packet.copyOf().also {
        it[10] = (sum shr 8).toByte()
        it[11] = sum.toByte()
    }
}
