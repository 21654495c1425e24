package org.telltale.app.sample

import android.graphics.Canvas
import android.graphics.Color
import android.graphics.ColorFilter
import android.graphics.Paint
import android.graphics.PixelFormat
import android.graphics.RectF
import android.graphics.Typeface
import android.graphics.drawable.Drawable
import android.os.ParcelFileDescriptor
import java.net.InetAddress
import java.time.Clock
import java.time.Duration
import java.time.ZoneId
import java.util.concurrent.Executor
import org.telltale.app.Parts
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.Face
import org.telltale.app.engine.Background
import org.telltale.app.engine.Effect
import org.telltale.app.engine.Engine
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.Explanation
import org.telltale.app.engine.ListReport
import org.telltale.app.engine.Live
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.Network
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Phase
import org.telltale.app.engine.Records
import org.telltale.app.engine.Rule
import org.telltale.app.engine.Rulebook
import org.telltale.app.engine.Source
import org.telltale.app.engine.StopReason
import org.telltale.app.engine.WatchConfig

/** Parts without a core: everything is answered at once. */
object SampleParts {
    fun of(
        records: Records = SamplePhone.records(),
        engine: Engine = SampleEngine(),
        experiments: SampleExperiments = SampleExperiments(),
    ): Parts {
        val atOnce = Executor(Runnable::run)
        val clock = Clock.fixed(SamplePhone.NOW, ZoneId.systemDefault())
        val background = Background(atOnce, atOnce)
        return Parts(engine, records, SampleRulebook, background, SampleApps, experiments, experiments.runs(), clock)
    }
}

/** An engine that only keeps its state and what it was asked for. */
class SampleEngine(first: EngineState = WATCHING) : Engine {
    private val listeners = ArrayList<(EngineState) -> Unit>()
    val marks = ArrayList<MarkKind>()

    /** The package that the latest mark is about. */
    var markedApp: String? = null
        private set

    override var state: EngineState = first
        set(value) {
            field = value
            listeners.toList().forEach { it(value) }
        }

    override fun observe(listener: (EngineState) -> Unit): AutoCloseable {
        listeners += listener
        listener(state)
        return AutoCloseable { listeners -= listener }
    }

    override fun start(tun: ParcelFileDescriptor, config: WatchConfig) {
        tun.close()
        state = WATCHING
    }

    override fun networkChanged(resolvers: List<InetAddress>) = Unit

    override fun mark(kind: MarkKind, text: String?, app: String?) {
        marks += kind
        markedApp = app
    }

    override fun stop(reason: StopReason) {
        state = OFF
    }

    companion object {
        val OFF = EngineState(Phase.OFF)
        val WATCHING = EngineState(Phase.WATCHING, SamplePhone.NOW - Duration.ofMinutes(391), Live(3, 812, 9_400_000, 760, 270, 0, 212))
    }
}

/** Knows the sample's hosts. */
object SampleRulebook : Rulebook {
    override fun explain(subject: String): Explanation {
        val finding = SamplePhone.flows.firstOrNull { it.host == subject }?.finding
        val party = SamplePhone.flows.firstOrNull { it.host == subject }?.party
        val rule = finding?.run { Rule(rule, party, category, tier, Effect.FINDING, why, citation) }
        val network = Network(45102, "alibaba", isHosting = true, date = "2026-06-17")
        return Explanation(rule, null, network, finding?.let { sources(it.citation) }.orEmpty())
    }

    override fun sources(citation: String) = citation.split(';').mapNotNull(SOURCES::get)

    override fun lists() = emptyList<String>()

    override fun add(name: String, file: ParcelFileDescriptor, replace: Boolean) =
        file.use { ListReport(name, 0, 0, 0, emptyList()) }

    override fun remove(name: String) = Unit

    private val SOURCES = listOf(
        Source("APK-MS", "Decompiled MiStat SDK, versions 1 to 3: host names and upload code", "facts only"),
        Source("V2", "github.com/v2fly/domain-list-community, data/xiaomi, entries tagged @ads", "MIT"),
    ).associateBy { it.key }
}

/** Names and plain pictures for the sample's apps. */
object SampleApps : AppDirectory {
    private val labels = mapOf(
        "com.mi.globalbrowser" to "Mi Browser",
        "com.miui.msa.global" to "MSA",
        "com.miui.analytics" to "Analytics",
        "com.miui.gallery" to "Gallery",
        "com.example.transit.planner.metropolitan" to "Metropolitan Transit Planner",
        "com.miui.weather2" to "Weather",
        "com.xiaomi.xmsf" to "Xiaomi service framework",
        "org.wikipedia" to "Wikipedia",
        "com.miui.player" to "Music",
        "com.UCMobile.intl" to "UC Browser",
        "org.thoughtcrime.securesms" to "Signal",
        "org.mozilla.firefox" to "Firefox",
        "de.danoeh.antennapod" to "AntennaPod",
    )
    private val userApps = setOf(
        "com.example.transit.planner.metropolitan", "org.wikipedia", "com.UCMobile.intl", "org.thoughtcrime.securesms",
        "org.mozilla.firefox", "de.danoeh.antennapod",
    )

    override fun describe(owner: Owner?): Face = when {
        owner == null -> Face("Unknown app", null, isSystem = false, isInstalled = true)
        owner.packages.size > 1 -> Face("Android system and ${owner.packages.size - 1} more", null, true, true)
        else -> owner.packages.single().let { Face(labels[it] ?: it, icon(it), it !in userApps, true) }
    }

    private fun icon(name: String): Drawable = Letter(labels[name] ?: name, PALETTE[name.hashCode().mod(PALETTE.size)])

    private val PALETTE = listOf(0xFF5B8DEF, 0xFFE8804B, 0xFF53A86B, 0xFFB06AC9, 0xFFD9A520, 0xFF3FA7A0).map { it.toInt() }
}

/** The first letter of a name on a disc. */
private class Letter(name: String, private val color: Int) : Drawable() {
    private val letter = name.take(1)
    private val paint = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        textAlign = Paint.Align.CENTER
        typeface = Typeface.DEFAULT_BOLD
    }

    override fun getIntrinsicWidth() = SIZE

    override fun getIntrinsicHeight() = SIZE

    override fun draw(canvas: Canvas) {
        val box = RectF(bounds)
        paint.color = color
        canvas.drawOval(box, paint)
        paint.color = Color.WHITE
        paint.textSize = box.height() / 2
        canvas.drawText(letter, box.centerX(), box.centerY() - (paint.ascent() + paint.descent()) / 2, paint)
    }

    override fun setAlpha(alpha: Int) = Unit

    override fun setColorFilter(filter: ColorFilter?) = Unit

    @Deprecated("Of no use since Android 10.")
    override fun getOpacity() = PixelFormat.TRANSLUCENT

    private companion object {
        const val SIZE = 96
    }
}
