package org.telltale.app.world

import android.content.Intent
import android.content.pm.PackageInfo
import android.graphics.Bitmap
import android.net.ConnectivityManager
import android.net.LinkProperties
import android.os.Build
import android.os.Handler
import android.os.Looper
import android.os.SystemClock
import java.io.File
import java.net.InetAddress
import java.time.Duration
import java.util.concurrent.Executors
import org.junit.Assume.assumeTrue
import org.junit.rules.ExternalResource
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ServiceController
import org.robolectric.shadows.ShadowVpnService
import org.telltale.app.Parts
import org.telltale.app.TelltaleApplication
import org.telltale.app.apps.SystemApps
import org.telltale.app.engine.Phase
import org.telltale.app.engine.Places
import org.telltale.app.engine.RustEngine
import org.telltale.app.engine.RustExperiments
import org.telltale.app.engine.RustRecords
import org.telltale.app.engine.Runs
import org.telltale.app.vpn.TelltaleVpnService
import org.telltale.app.vpn.owner.FlowOwners
import org.telltale.app.vpn.owner.TableUids
import org.telltale.core.UniffiLib
import org.telltale.core.uniffiCallbackInterfaceOwnerLookup

/** A phone of which the owner has said yes to the VPN, and the app on it with its real engine. */
class WatchedPhone : ExternalResource() {
    val phone by lazy { Phone() }
    val app: TelltaleApplication get() = RuntimeEnvironment.getApplication() as TelltaleApplication
    val record: File get() = Places.within(app.noBackupFilesDir).record
    private var service: ServiceController<TelltaleVpnService>? = null

    override fun before() {
        assumeTrue("needs the world: mvn -Pworld, see tests/README.md", System.getProperty("telltale.world") != null)
        loadGraphics()
        answerForTheCore()
        ShadowRealTunnel.phone = phone
        ShadowVpnService.setPrepareResult(null)
        install(SHOPPER, uid = 0)
        resolveAt(RESOLVER)
        app.parts = parts()
    }

    override fun after() {
        stop()
        ShadowRealTunnel.phone = null
        phone.close()
    }

    /** The owner turns the watch on. */
    fun watch(): TelltaleVpnService {
        val started = Robolectric.buildService(TelltaleVpnService::class.java).create()
        service = started
        started.get().onStartCommand(Intent(app, TelltaleVpnService::class.java), 0, 1)
        await("the watch begins") { phase() == Phase.WATCHING }
        return started.get()
    }

    /** The owner turns it off. */
    fun stop() {
        service?.destroy() ?: return
        service = null
        await("the watch ends") { phase() == Phase.OFF }
    }

    /** Kills the app, which leaves its files as they are, and starts it anew. */
    fun killAndStart() {
        val folder = checkNotNull(record.parentFile)
        // The index of the log is shared memory: a kill leaves one that nobody believes.
        val left = folder.listFiles().orEmpty().filterNot { it.name.endsWith("-shm") }.map { it.name to it.readBytes() }
        stop()
        folder.deleteRecursively()
        folder.mkdirs()
        left.forEach { (name, bytes) -> File(folder, name).writeBytes(bytes) }
        app.parts = parts()
        watch()
    }

    /** The phone is in a network with this resolver from now on. */
    fun resolveAt(address: String) {
        val connectivity = requireNotNull(app.getSystemService(ConnectivityManager::class.java))
        val network = requireNotNull(connectivity.activeNetwork)
        val link = LinkProperties().apply { setDnsServers(listOf(InetAddress.getByName(address))) }
        shadowOf(connectivity).setLinkProperties(network, link)
        shadowOf(connectivity).networkCallbacks.forEach { it.onLinkPropertiesChanged(network, link) }
    }

    /** Waits until [isSo], while what is posted to the main thread is done. */
    fun await(what: String, patience: Duration = PATIENCE, isSo: () -> Boolean) {
        val until = System.nanoTime() + patience.toNanos()
        while (!isSo()) {
            check(System.nanoTime() < until) { "$what: not yet, engine ${app.parts.engine.state}" }
            Thread.sleep(20)
            shadowOf(Looper.getMainLooper()).idle()
        }
    }

    fun phase() = app.parts.engine.state.phase

    /**
     * All Androids of this JVM share one library, which asks whoever has registered last: another Android's Kotlin knows
     * nothing of the owners of this one.
     */
    private fun answerForTheCore() = uniffiCallbackInterfaceOwnerLookup.register(UniffiLib)

    /**
     * Robolectric does so when graphics are first used, and fails where another of its Androids does so at the same
     * time (its issue 10116): a reader of the test before this one may be about to draw an icon.
     */
    private fun loadGraphics() = Bitmap.createBitmap(1, 1, Bitmap.Config.ARGB_8888).recycle()

    private fun install(name: String, uid: Int) {
        val packages = shadowOf(app.packageManager)
        packages.installPackage(PackageInfo().apply { packageName = name })
        packages.setPackagesForUid(uid, name)
    }

    private fun parts(): Parts {
        val usual = Parts.of(app)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) return usual
        // /proc/net shows the sockets of the process's first thread, which is no app of this phone.
        val owners = FlowOwners(
            TableUids(phone::socketTable),
            SystemApps(app.packageManager)::packagesUnder,
            SystemClock::elapsedRealtime,
        )
        val places = Places.within(app.noBackupFilesDir)
        val main = Handler(Looper.getMainLooper())
        val engine = RustEngine(places, owners, Executors.newSingleThreadScheduledExecutor()) { main.post(it) }
        val experiments = RustExperiments(places, engine)
        val thread = { Executors.newSingleThreadExecutor() }
        val runs = Runs(experiments, thread(), thread(), { main.post(it) })
        val records = RustRecords(places, engine)
        return Parts(engine, records, usual.rulebook, usual.background, usual.apps, experiments, runs)
    }

    companion object {
        /** The app that runs as the user of the programs of [Phone]. */
        const val SHOPPER = "org.example.shopper"

        /** The world's own, and one of no network. */
        const val RESOLVER = "198.18.2.53"
        const val NO_RESOLVER = "198.18.200.9"

        private val PATIENCE = Duration.ofSeconds(30)
    }
}
