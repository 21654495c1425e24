package org.telltale.app.engine

import android.os.ParcelFileDescriptor
import java.net.InetAddress
import java.time.Instant

/** Whether the phone is watched. */
enum class Phase { OFF, STARTING, WATCHING, FAILED }

/** Why a watch ended: the reason of the gap that begins. */
enum class StopReason { STOPPED, REVOKED }

/** What was counted since the watch began. */
data class Live(
    val runningFlows: Long = 0,
    val flows: Long = 0,
    val bytes: Long = 0,
    val namedFlows: Long = 0,
    val lookUps: Long = 0,
    val hiddenLookUps: Long = 0,
    val findings: Long = 0,
)

/** How the engine stands; never changed, only replaced. */
data class EngineState(
    val phase: Phase,
    /** When the watch began. */
    val since: Instant? = null,
    val live: Live = Live(),
    /** The latest word on trouble, for people. */
    val problem: String? = null,
)

/** What a watch is set up with, beside its descriptor. */
data class WatchConfig(
    /** Addresses inside of the tunnel at which apps find a resolver. */
    val tunnelResolvers: List<InetAddress>,
    /** The network's own resolvers behind them. */
    val resolvers: List<InetAddress>,
    val retention: Retention,
    /** What is sent in the clear is kept and decoded. */
    val keepsEvidence: Boolean = true,
)

/** How long things are kept, and how large the record may grow. */
data class Retention(val flowDays: Int = 30, val findingDays: Int = 365, val maxBytes: Long = 500_000_000)

/** What the app asks of the Rust core while it watches. The generated types of the binding stop behind this. */
interface Engine {
    val state: EngineState

    /** Tells [listener] of each new state on the main thread, the present one first, until what it returns is closed. */
    fun observe(listener: (EngineState) -> Unit): AutoCloseable

    /** The same, but [EngineState.live] alone is no news and may be old: for whoever is not looked at. */
    fun observeQuietly(listener: (EngineState) -> Unit): AutoCloseable = observe(listener)

    /** Largest packet that the engine takes from a tunnel, in bytes: Ethernet's, unless it says otherwise. It may wait. */
    val tunnelMtu: Int get() = 1500

    /** Relays what comes from [tun], which belongs to the engine from now on. What fails is told by the state. */
    fun start(tun: ParcelFileDescriptor, config: WatchConfig)

    /** The phone has another network, whose resolvers answer from now on. Flows go on as long as they can. */
    fun networkChanged(resolvers: List<InetAddress>)

    /** Marks this moment, if the phone is watched. */
    fun mark(kind: MarkKind, text: String? = null, app: String? = null)

    /** Ends all flows and writes what is left; does nothing when none run. */
    fun stop(reason: StopReason)
}
