package org.telltale.app.vpn

import android.net.ConnectivityManager
import android.net.Network
import android.os.Handler
import java.time.Duration
import org.telltale.app.TelltaleApplication
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.Query
import org.telltale.app.engine.StopReason
import org.telltale.app.settings.Choices
import org.telltale.app.vpn.Underlay.Companion.leadsLike
import org.telltale.app.widget.WatchWidget

/** What goes with a watch as long as it runs: it follows network, screen, settings and engine. For the main thread. */
internal class Attendance(
    private val service: TelltaleVpnService,
    private val app: TelltaleApplication,
    connectivity: ConnectivityManager,
    main: Handler,
) : AutoCloseable {
    private val parts = app.parts
    private val network = UnderlayWatch(connectivity, main) { follow() }
    private val screen = ScreenMarks(service, ::mark)
    private val ticker = TodayTicker(main, parts.background, { Today.read(parts.records, parts.clock) }, ::tell)
    private val progress = WatchProgress(::begin) { problem -> fail(problem) }
    private var observers = emptyList<AutoCloseable>()

    /** What the tunnel was opened with. */
    private var opened = app.settings.current
    private var told: Underlay? = null

    /** Opens the tunnel; it may come to an end at once. */
    fun start() {
        observers = listOf(app.settings.observe(::obey), parts.engine.observeQuietly(progress::pass))
        if (ScreenMarks.isOn(service)) ticker.resume()
        open()
    }

    override fun close() {
        observers.forEach { it.close() }
        listOf(network, screen, ticker).forEach { it.close() }
    }

    private fun open() {
        opened = app.settings.current
        told = network.current
        service.open(told)
    }

    /** Flows that can live on do so: the tunnel stays as it is, only what is behind its resolvers changes. */
    private fun follow() {
        service.setUnderlyingNetworks(network.current?.let { arrayOf<Network>(it.network) })
        if (network.current leadsLike told) return
        told = network.current
        parts.engine.networkChanged(told?.resolvers.orEmpty())
    }

    private fun mark(kind: MarkKind) {
        parts.engine.mark(kind)
        service.noteAlwaysOn()
        if (kind == MarkKind.SCREEN_ON) ticker.resume() else ticker.pause()
    }

    private fun tell(today: Today) {
        service.tell(today)
        WatchWidget.update(app, today)
    }

    private fun obey(choices: Choices) {
        if (!choices.wantsWatch) {
            val isBlocked = app.alwaysOn?.blocksWithout == true
            service.end(StopReason.STOPPED, if (isBlocked) Interruption.Blocked else null)
        } else if (choices isOpenedUnlike opened) {
            open()
        }
    }

    /** These hold at once; how long things are kept holds from the next watch. */
    private infix fun Choices.isOpenedUnlike(before: Choices) =
        excludedApps != before.excludedApps || keepsEvidence != before.keepsEvidence

    private fun begin() {
        // The network may have changed while the tunnel was set up.
        follow()
        val now = parts.clock.instant()
        val before = { Interruption.before(parts.records.gaps(Query(since = now.minus(Duration.ofDays(1)))), now) }
        parts.background.ask(before) { it.getOrNull()?.let(InterruptionNotice(service)::show) }
    }

    private fun fail(problem: String?) = service.end(StopReason.STOPPED, Interruption.Failed(problem.orEmpty()))
}
