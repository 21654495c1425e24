package org.telltale.app

import android.content.Context
import android.content.Intent
import java.io.File
import java.time.Duration
import java.time.Instant
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.Owner
import org.telltale.app.feature.about.AboutActivity
import org.telltale.app.feature.about.Licence
import org.telltale.app.feature.about.LicenceActivity
import org.telltale.app.feature.about.LicencesActivity
import org.telltale.app.feature.about.PageActivity
import org.telltale.app.feature.about.SourcesActivity
import org.telltale.app.feature.about.TextPage
import org.telltale.app.feature.app.AppActivity
import org.telltale.app.feature.claims.ClaimActivity
import org.telltale.app.feature.claims.ClaimsActivity
import org.telltale.app.feature.evidence.EvidenceActivity
import org.telltale.app.feature.evidence.EvidenceScope
import org.telltale.app.feature.evidence.RequestActivity
import org.telltale.app.feature.evidence.RequestKey
import org.telltale.app.feature.experiments.ExperimentsActivity
import org.telltale.app.feature.experiments.PrepareActivity
import org.telltale.app.feature.experiments.ResultActivity
import org.telltale.app.feature.experiments.RunActivity
import org.telltale.app.feature.export.EraseActivity
import org.telltale.app.feature.export.ExportActivity
import org.telltale.app.feature.home.CoverageActivity
import org.telltale.app.feature.host.HostActivity
import org.telltale.app.feature.leftout.LeftOutActivity
import org.telltale.app.feature.lists.ListsActivity
import org.telltale.app.feature.report.PreviewActivity
import org.telltale.app.feature.report.ReportActivity
import org.telltale.app.feature.settings.Setting
import org.telltale.app.feature.settings.SettingsActivity
import org.telltale.app.feature.setup.SetupActivity
import org.telltale.app.feature.timeline.Span
import org.telltale.app.feature.timeline.SpanActivity
import org.telltale.app.feature.timeline.TimelineActivity
import org.telltale.app.ui.Period

/** The ways from one screen to another. What a screen shows is in its intent, so that it can be opened from anywhere. */
object Screens {
    private const val SINCE = "org.telltale.app.SINCE"
    private const val UNTIL = "org.telltale.app.UNTIL"
    private const val APP = "org.telltale.app.APP"
    private const val HOST = "org.telltale.app.HOST"
    private const val REQUEST = "org.telltale.app.REQUEST"
    private const val TIME = "org.telltale.app.TIME"
    private const val PAGE = "org.telltale.app.PAGE"
    private const val LICENCE = "org.telltale.app.LICENCE"
    private const val CLAIM = "org.telltale.app.CLAIM"
    private const val FILE = "org.telltale.app.FILE"
    private const val PERIOD = "org.telltale.app.PERIOD"
    private const val TRIED = "org.telltale.app.TRIED"
    private const val EXPERIMENT = "org.telltale.app.EXPERIMENT"

    /** An entry in Home's menu. */
    class Entry(val title: Int, val open: (Context) -> Intent)

    /** What Home's menu leads to, in this order. */
    val menu: List<Entry> = listOf(
        Entry(R.string.coverage_title) { coverage(it, Period.DAY) },
        Entry(R.string.evidence_title) { evidence(it) },
        Entry(R.string.claims_title) { claims(it) },
        Entry(R.string.experiments_title) { experiments(it) },
        Entry(R.string.setup_title) { setup(it) },
        Entry(R.string.report_title) { report(it) },
        Entry(R.string.export_title) { Intent(it, ExportActivity::class.java) },
        Entry(R.string.settings_title) { Intent(it, SettingsActivity::class.java) },
        Entry(R.string.about_title) { Intent(it, AboutActivity::class.java) },
    )

    /** All that is known of the app of [owner]. */
    fun app(context: Context, owner: Owner?): Intent =
        Intent(context, AppActivity::class.java).putExtra(APP, owner?.key.orEmpty())

    /** All that is known of [host], be it a name or an address. */
    fun host(context: Context, host: String): Intent =
        Intent(context, HostActivity::class.java).putExtra(HOST, host)

    /** What was sent unencrypted: by all apps, by the one with the key [app], or to [host]. */
    fun evidence(context: Context, app: String? = null, host: String? = null): Intent =
        Intent(context, EvidenceActivity::class.java).putExtra(APP, app).putExtra(HOST, host)

    fun evidenceScopeOf(intent: Intent) = EvidenceScope(intent.getStringExtra(APP), intent.getStringExtra(HOST))

    /** All that one request says. */
    fun request(context: Context, key: RequestKey): Intent = Intent(context, RequestActivity::class.java)
        .putExtra(REQUEST, key.id).putExtra(TIME, key.time.toEpochMilli())

    fun requestOf(intent: Intent) =
        RequestKey(intent.getLongExtra(REQUEST, 0), Instant.ofEpochMilli(intent.getLongExtra(TIME, 0)))

    /** What was claimed in public, and how it stands on this phone. */
    fun claims(context: Context): Intent = Intent(context, ClaimsActivity::class.java)

    /** All that is known of one [claim]: `C1` to `C12`. */
    fun claim(context: Context, claim: String): Intent = Intent(context, ClaimActivity::class.java).putExtra(CLAIM, claim)

    fun claimOf(intent: Intent): String = intent.getStringExtra(CLAIM).orEmpty()

    /** Before [claim] is tried, by its number: null of a number that is none. */
    fun tryClaim(context: Context, claim: String): Intent? =
        ClaimId.entries.find { it.name == claim }?.let { experiment(context, it) }

    /** The record as one page. */
    fun report(context: Context): Intent = Intent(context, ReportActivity::class.java)

    /** A report as others will read it, from a [file] that may be shared. */
    fun reportPage(context: Context, file: File): Intent =
        Intent(context, PreviewActivity::class.java).putExtra(FILE, file.name)

    /** The name of that file, which has no way out of its folder. */
    fun reportFileOf(intent: Intent): String = File(intent.getStringExtra(FILE).orEmpty()).name
    /** What can be tried, with the package [app] or any other, and what was tried. */
    fun experiments(context: Context, app: String? = null): Intent =
        Intent(context, ExperimentsActivity::class.java).putExtra(APP, app)

    /** Before [claim] is tried, on the package [app] if it is to be that one. */
    fun experiment(context: Context, claim: ClaimId, app: String? = null): Intent =
        Intent(context, PrepareActivity::class.java).putExtra(TRIED, claim.name).putExtra(APP, app)

    fun triedClaimOf(intent: Intent): ClaimId =
        ClaimId.entries.find { it.name == intent.getStringExtra(TRIED) } ?: ClaimId.C1

    /** The package that is to be tried; null where that is not said. */
    fun experimentAppOf(intent: Intent): String? = intent.getStringExtra(APP)

    /** The experiment that goes on. */
    fun run(context: Context): Intent = Intent(context, RunActivity::class.java)

    /** What the experiment with this [id] came to. */
    fun result(context: Context, id: Long): Intent = Intent(context, ResultActivity::class.java).putExtra(EXPERIMENT, id)

    fun experimentIdOf(intent: Intent): Long = intent.getLongExtra(EXPERIMENT, 0)

    /** Which apps go past the tunnel. */
    fun leftOut(context: Context): Intent = Intent(context, LeftOutActivity::class.java)

    /** How much could be seen in [period]. */
    fun coverage(context: Context, period: Period): Intent =
        Intent(context, CoverageActivity::class.java).putExtra(PERIOD, period.name)

    /** Which app reported when. */
    fun timeline(context: Context): Intent = Intent(context, TimelineActivity::class.java)

    /** What happened in [span]. */
    fun span(context: Context, span: Span): Intent = Intent(context, SpanActivity::class.java)
        .putExtra(SINCE, span.start.toEpochMilli()).putExtra(UNTIL, span.end.toEpochMilli())

    /** The span that is shown; without one the hour before [now]. */
    fun spanOf(intent: Intent, now: Instant): Span {
        val end = intent.getLongExtra(UNTIL, now.toEpochMilli())
        val start = intent.getLongExtra(SINCE, end - Duration.ofHours(1).toMillis())
        return Span(Instant.ofEpochMilli(start), Instant.ofEpochMilli(end))
    }

    /** What keeps this phone from being watched without gaps. */
    fun setup(context: Context): Intent = Intent(context, SetupActivity::class.java)

    /** A page of plain words. */
    fun page(context: Context, page: TextPage): Intent =
        Intent(context, PageActivity::class.java).putExtra(PAGE, page.name)

    fun pageOf(intent: Intent): TextPage =
        TextPage.entries.find { it.name == intent.getStringExtra(PAGE) } ?: TextPage.METHOD

    fun sources(context: Context): Intent = Intent(context, SourcesActivity::class.java)

    fun licences(context: Context): Intent = Intent(context, LicencesActivity::class.java)

    /** The text of [licence]. */
    fun licence(context: Context, licence: Licence): Intent =
        Intent(context, LicenceActivity::class.java).putExtra(LICENCE, licence.name)

    fun licenceOf(intent: Intent): Licence =
        Licence.entries.find { it.name == intent.getStringExtra(LICENCE) } ?: Licence.APACHE

    /** What a line of the settings opens; null for one that changes something on the spot. */
    fun of(context: Context, setting: Setting): Intent? = when (setting) {
        Setting.SETUP -> setup(context)
        Setting.LEFT_OUT -> leftOut(context)
        Setting.LISTS -> Intent(context, ListsActivity::class.java)
        Setting.EXPORT -> Intent(context, ExportActivity::class.java)
        Setting.ERASE -> Intent(context, EraseActivity::class.java)
        Setting.CAPTURED -> page(context, TextPage.CAPTURED)
        Setting.ABOUT -> Intent(context, AboutActivity::class.java)
        Setting.BOOT, Setting.EVIDENCE, Setting.FLOW_DAYS, Setting.FINDING_DAYS, Setting.MAX_BYTES, Setting.SIZE,
        Setting.THEME, Setting.LANGUAGE,
        -> null
    }

    fun periodOf(intent: Intent): Period =
        Period.entries.find { it.name == intent.getStringExtra(PERIOD) } ?: Period.DAY

    /** The [Owner.key] of the app that is shown; empty for what belongs to nobody known. */
    fun appOf(intent: Intent): String = intent.getStringExtra(APP).orEmpty()

    fun hostOf(intent: Intent): String = intent.getStringExtra(HOST).orEmpty()
}
