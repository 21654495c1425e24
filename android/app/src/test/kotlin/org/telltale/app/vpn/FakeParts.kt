package org.telltale.app.vpn

import android.os.ParcelFileDescriptor
import java.net.InetAddress
import org.telltale.app.Parts
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Amount
import org.telltale.app.engine.AppRow
import org.telltale.app.engine.Background
import org.telltale.app.engine.Claim
import org.telltale.app.engine.Coverage
import org.telltale.app.engine.Engine
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Explanation
import org.telltale.app.engine.Evidence
import org.telltale.app.engine.ExportFormat
import org.telltale.app.engine.Flow
import org.telltale.app.engine.Gap
import org.telltale.app.engine.HostRow
import org.telltale.app.engine.HourRow
import org.telltale.app.engine.ListReport
import org.telltale.app.engine.Mark
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.Page
import org.telltale.app.engine.PartyRow
import org.telltale.app.engine.Phase
import org.telltale.app.engine.Query
import org.telltale.app.engine.RecordSize
import org.telltale.app.engine.Records
import org.telltale.app.engine.ReportOptions
import org.telltale.app.engine.ReportStamp
import org.telltale.app.engine.Rulebook
import org.telltale.app.engine.Scope
import org.telltale.app.engine.Source
import org.telltale.app.engine.StopReason
import org.telltale.app.engine.WatchConfig
import org.telltale.app.sample.SampleExperiments

/** An engine that only notes what it is asked, and is told how it stands. */
class FakeEngine : Engine {
    val calls = mutableListOf<String>()
    val configs = mutableListOf<WatchConfig>()
    private val listeners = mutableListOf<(EngineState) -> Unit>()

    override var state = EngineState(Phase.OFF)
        private set

    fun become(next: EngineState) {
        state = next
        listeners.toList().forEach { it(next) }
    }

    override fun observe(listener: (EngineState) -> Unit): AutoCloseable {
        listeners += listener
        listener(state)
        return AutoCloseable { listeners -= listener }
    }

    override fun start(tun: ParcelFileDescriptor, config: WatchConfig) {
        calls += "start"
        configs += config
        become(EngineState(Phase.STARTING))
        become(EngineState(Phase.WATCHING))
    }

    override fun networkChanged(resolvers: List<InetAddress>) {
        calls += "network ${resolvers.joinToString { it.hostAddress.orEmpty() }}"
    }

    override fun mark(kind: MarkKind, text: String?, app: String?) {
        calls += listOfNotNull("mark $kind", text, app).joinToString(" ")
    }

    override fun stop(reason: StopReason) {
        calls += "stop $reason"
        become(EngineState(Phase.OFF))
    }
}

/** A record in which there is nothing but what is put there. */
class FakeRecords : Records {
    var gaps = emptyList<Gap>()
    var hours = emptyList<HourRow>()

    override fun apps(query: Query, page: Page) = emptyList<AppRow>()

    override fun hosts(query: Query, page: Page) = emptyList<HostRow>()

    override fun parties(query: Query) = emptyList<PartyRow>()

    override fun flows(query: Query, page: Page) = emptyList<Flow>()

    override fun hours(query: Query) = hours

    override fun evidence(query: Query, page: Page, redacted: Boolean) = emptyList<Evidence>()

    override fun gaps(query: Query) = gaps

    override fun marks(query: Query, page: Page) = emptyList<Mark>()

    override fun coverage(query: Query) = Amount(0, 0, 0).let { Coverage(it, it, it, it, it, it, it, it) }

    override fun size() = RecordSize(0, 0, null)

    override fun export(query: Query, format: ExportFormat, file: ParcelFileDescriptor) = 0L

    override fun claims(query: Query) = emptyList<Claim>()

    override fun report(options: ReportOptions, file: ParcelFileDescriptor): ReportStamp? = null

    override fun erase(scope: Scope) = Unit
}

private object NoRules : Rulebook {
    override fun explain(subject: String) = Explanation(null, null, null, emptyList())

    override fun sources(citation: String) = emptyList<Source>()

    override fun lists() = emptyList<String>()

    override fun add(name: String, file: ParcelFileDescriptor, replace: Boolean) = ListReport(name, 0, 0, 0, emptyList())

    override fun remove(name: String) = Unit
}

/** Parts that do all at once, on the thread that asks. */
fun fakeParts(engine: Engine, records: Records = FakeRecords()) = Parts(
    engine = engine,
    records = records,
    rulebook = NoRules,
    background = Background({ it.run() }, { it.run() }),
    apps = AppDirectory { owner -> Face(owner?.key.orEmpty(), icon = null, isSystem = false, isInstalled = true) },
    experiments = NO_EXPERIMENTS,
    runs = NO_EXPERIMENTS.runs(),
)

private val NO_EXPERIMENTS = SampleExperiments(results = emptyList())
