package org.telltale.app.engine

import android.os.ParcelFileDescriptor
import java.io.File
import java.net.InetAddress
import java.time.Instant
import java.util.concurrent.Callable
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executor
import java.util.concurrent.ScheduledExecutorService
import org.telltale.core.FlowTuple as CoreFlowTuple
import org.telltale.core.MarkRequest
import org.telltale.core.OwnerLookup
import org.telltale.core.Session
import org.telltale.core.SessionConfig

/** Where the app keeps what the core writes. */
data class Places(val record: File, val lists: File) {
    companion object {
        /** Within the app's own [folder]. */
        fun within(folder: File) = Places(File(folder, "record/telltale.db"), File(folder, "lists"))
    }
}

/** The Rust core at work. What may wait is done on [worker], one thing at a time; [main] hears of it. */
class RustEngine(
    private val places: Places,
    private val owners: Owners,
    private val worker: ScheduledExecutorService,
    private val countries: () -> File? = { null },
    main: Executor,
) : Engine {
    private val states = States(main)
    private val pulse = Pulse(worker, states::isWatched, ::pull)

    // These belong to the worker.
    private var session: Session? = null
    private var hasEnded = false

    override val state: EngineState get() = states.current

    override val tunnelMtu: Int get() = NativeLibrary.tunnelMtu

    override fun observe(listener: (EngineState) -> Unit): AutoCloseable {
        val observer = states.observe(isLive = true, listener)
        pulse.quicken()
        return observer
    }

    override fun observeQuietly(listener: (EngineState) -> Unit) = states.observe(isLive = false, listener)

    override fun start(tun: ParcelFileDescriptor, config: WatchConfig) = worker.execute {
        end(StopReason.STOPPED)
        states.change(EngineState(Phase.STARTING))
        attempt {
            session = begin(tun, config)
            hasEnded = false
            states.change(EngineState(Phase.WATCHING, since = Instant.now()))
            pulse.begin()
        }
    }

    override fun networkChanged(resolvers: List<InetAddress>) =
        tell { it.networkChanged(resolvers.map(InetAddress::toCore)) }

    override fun mark(kind: MarkKind, text: String?, app: String?) =
        tell { it.mark(MarkRequest(kind.named(), text, app)) }

    override fun stop(reason: StopReason) = worker.execute {
        if (session == null && state.phase == Phase.OFF) return@execute
        attempt {
            end(reason)
            states.change(EngineState(Phase.OFF))
        }
    }

    /** Does [work] while no session starts or ends, with the one that runs; waits for it, and throws what it throws. */
    internal fun <T> exclusively(work: (Session?) -> T): T = try {
        worker.submit(Callable { work(session) }).get()
    } catch (failure: ExecutionException) {
        throw failure.cause ?: failure
    }

    private fun begin(tun: ParcelFileDescriptor, config: WatchConfig): Session {
        // Until the core has it, the descriptor must not be forgotten open: a tunnel that nobody relays cuts the phone off.
        try {
            NativeLibrary.open()
            places.record.parentFile?.mkdirs()
            places.lists.mkdirs()
        } catch (failure: Throwable) {
            tun.close()
            throw failure
        }
        return Session.start(tun.detachFd(), config.toCore(places, countries()), CoreOwners(owners), protector = null)
    }

    private fun end(reason: StopReason) {
        val ending = session ?: return
        session = null
        pulse.end()
        ending.use { it.stop(reason.named()) }
    }

    private fun tell(word: (Session) -> Unit) = worker.execute {
        val running = session ?: return@execute
        val failure = runCatching { word(running) }.exceptionOrNull() ?: return@execute
        states.change(state.copy(problem = failure.word()))
    }

    private fun pull() {
        val snapshot = session?.snapshot() ?: return
        if (!snapshot.isRunning) return giveUp()
        states.change(state.copy(live = snapshot.toApp(), problem = snapshot.recordNotice ?: state.problem))
    }

    /** The tunnel is gone. Where it was revoked, that is about to be said: the first look is not taken for the truth. */
    private fun giveUp() {
        if (!hasEnded) {
            hasEnded = true
            return
        }
        attempt {
            end(StopReason.STOPPED)
            error("the tunnel was closed")
        }
    }

    private fun attempt(work: () -> Unit) {
        // Errors too: a library that does not load is one, and a thread that dies of it tells nobody.
        val failure = runCatching(work).exceptionOrNull() ?: return
        states.change(EngineState(Phase.FAILED, problem = failure.word()))
    }
}

/** What people are told of a failure. */
internal fun Throwable.word(): String = message ?: javaClass.simpleName

private fun WatchConfig.toCore(places: Places, countries: File?) = SessionConfig(
    record = places.record.path,
    lists = places.lists.path,
    tunnelDns = tunnelResolvers.map(InetAddress::toCore),
    dnsServers = resolvers.map(InetAddress::toCore),
    retention = retention.toCore(),
    countries = countries?.path,
    keepsEvidence = keepsEvidence,
)

/** What is thrown here is told to nobody but the log: to the core it is as if nobody knew. */
private class CoreOwners(private val owners: Owners) : OwnerLookup {
    override fun owner(flow: CoreFlowTuple) = owners.ownerOf(flow.toApp())?.toCore()
}
