package org.telltale.app.sample

import java.time.Duration
import java.time.Instant
import java.time.ZoneOffset
import java.util.Random
import org.telltale.app.engine.Close
import org.telltale.app.engine.Finding
import org.telltale.app.engine.Flow
import org.telltale.app.engine.Gap
import org.telltale.app.engine.GapReason
import org.telltale.app.engine.Mark
import org.telltale.app.engine.MarkKind
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Protocol
import org.telltale.app.engine.Provenance
import org.telltale.app.engine.Tier

/** A month of a phone that could be a Redmi, the same in every run. Hosts and packages are those of public reports. */
object SamplePhone {
    /** A Wednesday afternoon. */
    val NOW: Instant = Instant.parse("2026-03-11T15:42:00Z")

    private const val DAYS = 30

    /** A host that an app calls about [perDay] times a day. */
    private class Habit(val host: SampleHost, val perDay: Double, val up: Long = 900, val down: Long = 2_400)

    private val analytics = "Xiaomi's app statistics: which functions are used, when and for how long."
    private val tracking = SampleHost("tracking.intl.miui.com", "xiaomi", "analytics", Tier.A, "SG", analytics)
    private val sensors = SampleHost(
        "sa.api.intl.miui.com", "xiaomi", "analytics", Tier.A, "SG",
        "Collects events of the browser through Sensors Analytics, as reported in 2020.",
    )
    private val mistat = SampleHost("data.mistat.intl.xiaomi.com", "xiaomi", "analytics", Tier.A, "SG", analytics)
    private val ads = SampleHost(
        "api.ad.intl.xiaomi.com", "xiaomi", "ads", Tier.A, "SG",
        "Chooses advertisements for this phone and counts what is shown and tapped.",
    )
    private val config = SampleHost(
        "sdkconfig.ad.intl.xiaomi.com", "xiaomi", "config", Tier.A, "DE",
        "Tells Xiaomi's advertising code inside of apps what to do.",
    )
    private val umeng = SampleHost(
        "alogus.umeng.com", "alibaba", "analytics", Tier.B, "US",
        "Umeng, Alibaba's statistics service for apps, collects events and device identifiers here.",
    )
    private val sync = SampleHost("api.micloud.xiaomi.net", "xiaomi", expected = "cloud-sync", country = "SG")
    private val account = SampleHost("account.xiaomi.com", "xiaomi", expected = "account", country = "SG")
    private val update = SampleHost("update.intl.miui.com", "xiaomi", expected = "update", country = "SG")
    private val push = SampleHost("app.chat.global.xiaomi.net", "xiaomi", expected = "push", country = "SG")
    private val cdn = SampleHost("fonts.gstatic.com", null, country = "US")
    private val news = SampleHost("en.wikipedia.org", null, country = "NL")
    private val weather = SampleHost("weatherapi.intl.xiaomi.com", "xiaomi", expected = "content", country = "SG")
    private val bare = SampleHost("47.241.69.153", null, isNamed = false, country = "SG")

    private val habits: List<Pair<Owner?, List<Habit>>> = listOf(
        owner(10142, "com.mi.globalbrowser") to listOf(
            Habit(sensors, 52.0, 6_400, 900), Habit(tracking, 24.0, 3_100), Habit(ads, 16.0), Habit(news, 20.0, 2_000, 90_000),
            Habit(cdn, 8.0, 700, 60_000), Habit(bare, 3.0),
        ),
        owner(10088, "com.miui.msa.global") to listOf(Habit(ads, 30.0), Habit(config, 11.0), Habit(tracking, 9.0, 2_600)),
        owner(10061, "com.miui.analytics") to listOf(Habit(tracking, 26.0, 8_200, 600), Habit(mistat, 6.0, 4_000)),
        owner(1000, "android", "com.android.settings", "com.miui.daemon", "com.miui.securitycenter") to
            listOf(Habit(mistat, 9.0, 1_900), Habit(update, 4.0, 900, 30_000), Habit(cdn, 2.0)),
        owner(10120, "com.miui.gallery") to listOf(Habit(sync, 14.0, 120_000, 9_000), Habit(account, 2.0), Habit(mistat, 2.0)),
        owner(10175, "com.example.transit.planner.metropolitan") to listOf(Habit(umeng, 5.0, 1_400), Habit(cdn, 4.0)),
        owner(10131, "com.miui.weather2") to listOf(Habit(weather, 6.0), Habit(config, 1.0)),
        owner(10101, "com.xiaomi.xmsf") to listOf(Habit(push, 18.0, 400, 500)),
        owner(10190, "org.wikipedia") to listOf(Habit(news, 30.0, 3_000, 240_000)),
        null to listOf(Habit(bare, 4.0), Habit(cdn, 1.0)),
    )

    private fun owner(uid: Int, vararg packages: String) = Owner(uid, packages.asList())

    val flows: List<Flow> by lazy { record() }

    val gaps = listOf(
        Gap(NOW - Duration.ofMinutes(514), NOW - Duration.ofMinutes(391), GapReason.KILLED, 0),
        Gap(NOW - Duration.ofHours(75), NOW - Duration.ofHours(68), GapReason.NOT_RUNNING, 0),
        Gap(NOW - Duration.ofHours(200), NOW - Duration.ofHours(199), GapReason.REVOKED, 0),
    )

    /** The screen goes on with breakfast and a few times later. */
    private val looks = listOf(380 to 338, 290 to 284, 220 to 196, 141 to 126, 75 to 40)

    val marks: List<Mark> = (
        looks.flatMap { (on, off) -> listOf(mark(MarkKind.SCREEN_ON, on), mark(MarkKind.SCREEN_OFF, off)) } +
            mark(MarkKind.NOTE, 72, app = "com.mi.globalbrowser")
        ).sortedByDescending { it.time }

    private fun mark(kind: MarkKind, minutesAgo: Int, app: String? = null) =
        Mark(NOW - Duration.ofMinutes(minutesAgo.toLong()), kind, null, app)

    fun records() = SampleRecords(flows, gaps, marks)

    private fun record(): List<Flow> {
        val random = Random(SEED)
        val made = ArrayList<Flow>()
        for ((owner, those) in habits) for (habit in those) for (hour in 0 until DAYS * HOURS) {
            val start = NOW - Duration.ofHours(hour + 1L)
            val wanted = habit.perDay * busyness(start) / HOURS * (if (hour < TODAY) BUSY_DAY else 1.0)
            val count = wanted.toInt() + if (random.nextDouble() < wanted % 1) 1 else 0
            repeat(count) { made += flow(made.size.toLong(), owner, habit, start, random) }
        }
        return made.filterNot { flow -> gaps.any { flow.start >= it.start && flow.start < it.end } }
    }

    /** Phones sleep, too; they work most in the evening. */
    private fun busyness(time: Instant): Double = BUSYNESS[time.atZone(ZoneOffset.UTC).hour]

    private fun flow(id: Long, owner: Owner?, habit: Habit, hour: Instant, random: Random): Flow {
        val start = hour + Duration.ofSeconds(random.nextInt(3_540).toLong())
        val host = habit.host
        return Flow(
            id, start, start + Duration.ofMillis(400L + random.nextInt(9_000)), Protocol.TCP, host.address, 443, owner,
            host.name.takeIf { host.isNamed }, provenance(host, random), ech = false, candidates = emptyList(),
            application = null, party = host.party, country = host.country, finding = host.finding, expected = host.expected,
            bytesUp = habit.up / 2 + random.nextInt(habit.up.toInt()), bytesDown = habit.down / 2 + random.nextInt(habit.down.toInt()),
            close = if (random.nextInt(9) == 0) Close.RESET else Close.FIN,
        )
    }

    private fun provenance(host: SampleHost, random: Random): Provenance? = when {
        !host.isNamed -> null
        random.nextInt(6) == 0 -> Provenance.DNS
        else -> Provenance.TLS_SNI
    }

    private const val SEED = 7L
    private const val HOURS = 24

    /** Hours of the present day, which is busier than others: there is more to see on it. */
    private const val TODAY = 16
    private const val BUSY_DAY = 2.8
    private val BUSYNESS = listOf(
        0.3, 0.2, 0.2, 0.1, 0.1, 0.2, 0.6, 1.3, 1.5, 1.1, 0.9, 1.0, 1.4, 1.2, 0.9, 1.0, 1.2, 1.5, 1.8, 2.1, 2.2, 1.9, 1.2, 0.6,
    )
}

/** A host of the sample: a finding where it has a category, expected where a service is. */
class SampleHost(
    val name: String,
    val party: String?,
    private val category: String? = null,
    private val tier: Tier = Tier.B,
    val country: String? = null,
    private val why: String = "",
    val expected: String? = null,
    val isNamed: Boolean = true,
) {
    val finding: Finding? get() = category?.let { Finding("catalogue:$name", it, tier, why, "APK-MS;V2") }

    /** Of a network that is set aside for examples, but for what has no other name. */
    val address: String get() = if (isNamed) "198.51.100.${name.hashCode().mod(250) + 1}" else name
}
