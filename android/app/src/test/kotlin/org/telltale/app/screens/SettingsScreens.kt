package org.telltale.app.screens

import android.app.Activity
import android.content.Intent
import android.content.pm.ApplicationInfo
import android.content.pm.PackageInfo
import android.net.Uri
import android.os.Build
import android.os.ParcelFileDescriptor
import android.view.View
import android.widget.ListView
import java.io.File
import java.nio.file.Files
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.util.ReflectionHelpers
import org.telltale.app.Parts
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.ListProblem
import org.telltale.app.engine.ListReport
import org.telltale.app.engine.RecordException
import org.telltale.app.engine.Rulebook
import org.telltale.app.feature.about.AboutActivity
import org.telltale.app.feature.about.Licence
import org.telltale.app.feature.about.LicenceActivity
import org.telltale.app.feature.about.LicencesActivity
import org.telltale.app.feature.about.PageActivity
import org.telltale.app.feature.about.SourcesActivity
import org.telltale.app.feature.about.TextPage
import org.telltale.app.feature.export.EraseActivity
import org.telltale.app.feature.export.ExportActivity
import org.telltale.app.feature.leftout.LeftOutActivity
import org.telltale.app.feature.lists.ListsActivity
import org.telltale.app.feature.settings.SettingsActivity
import org.telltale.app.feature.setup.SetupActivity
import org.telltale.app.sample.SampleParts
import org.telltale.app.sample.SampleRulebook

/** Two own lists; a file that is imported has lines of no use. */
private class Listed : Rulebook by SampleRulebook {
    override fun lists() = listOf("hagezi-native.xiaomi", "my-own-hosts")

    override fun add(name: String, file: ParcelFileDescriptor, replace: Boolean): ListReport = file.use {
        val first = ListProblem(12, "not a host: \"ads..example\"")
        val second = ListProblem(340, "rules for parts of pages are not supported")
        ListReport(name, 8_112, 3, 25, listOf(first, second))
    }
}

private class Refusing : Rulebook by SampleRulebook {
    override fun add(name: String, file: ParcelFileDescriptor, replace: Boolean) =
        file.use { throw RecordException("nothing in it is a rule about hosts; line 1: not a host") }
}

private fun use(rulebook: Rulebook) =
    SampleParts.of().run { useParts(Parts(engine, records, rulebook, background, apps, experiments, runs, clock)) }

private fun imported(rulebook: Rulebook): ListsActivity {
    use(rulebook)
    val file = File(Files.createTempDirectory("documents").toFile(), "AdGuard mobile spyware.txt").apply { createNewFile() }
    return start<ListsActivity>().apply {
        view<View>(R.id.lists_add).performClick()
        val picked = Intent().setData(Uri.fromFile(file))
        shadowOf(this).receiveResult(shadowOf(this).nextStartedActivity, Activity.RESULT_OK, picked)
    }
}

private fun installApps() {
    val packages = shadowOf(RuntimeEnvironment.getApplication().packageManager)
    mapOf(
        "com.mi.globalbrowser" to "Mi Browser",
        "com.example.transit.planner.metropolitan" to "Metropolitan Transit Planner",
        "org.wikipedia" to "Wikipedia",
    )
        .forEach { (name, label) ->
            packages.installPackage(PackageInfo().apply {
                packageName = name
                applicationInfo = ApplicationInfo().apply {
                    packageName = name
                    nonLocalizedLabel = label
                }
            })
        }
}

/** The settings and what they lead to. */
val SETTINGS_SCREENS = listOf(
    Screen("settings") {
        use(Listed())
        start<SettingsActivity>()
    },
    Screen("settings-theme") {
        useParts()
        start<SettingsActivity>().apply {
            val list = view<ListView>(R.id.content)
            val at = (0 until list.count).first { list.getItemAtPosition(it).toString().contains("setting=THEME") }
            list.performItemClick(View(this), at, list.getItemIdAtPosition(at))
        }
    },
    Screen("lists") {
        use(Listed())
        start<ListsActivity>()
    },
    Screen("lists-empty") {
        useParts()
        start<ListsActivity>()
    },
    Screen("lists-imported") { imported(Listed()) },
    Screen("lists-refused") { imported(Refusing()) },
    Screen("left-out") {
        val app = useParts()
        installApps()
        app.settings.change { it.copy(excludedApps = setOf("org.wikipedia")) }
        start<LeftOutActivity>()
    },
    Screen("export") {
        useParts()
        start<ExportActivity>()
    },
    Screen("erase") {
        useParts()
        start<EraseActivity>()
    },
    Screen("erase-sure") {
        useParts()
        start<EraseActivity>().apply { view<View>(R.id.erase_now).performClick() }
    },
    Screen("about") {
        useParts()
        start<AboutActivity>()
    },
    Screen("method") { start<PageActivity> { putExtras(Screens.page(useParts(), TextPage.METHOD)) } },
    Screen("captured") { start<PageActivity> { putExtras(Screens.page(useParts(), TextPage.CAPTURED)) } },
    Screen("sources") {
        useParts()
        start<SourcesActivity>()
    },
    Screen("licences") {
        useParts()
        start<LicencesActivity>()
    },
    Screen("licence") { start<LicenceActivity> { putExtras(Screens.licence(useParts(), Licence.MIT)) } },
    Screen("setup") {
        useParts()
        ReflectionHelpers.setStaticField(Build::class.java, "MANUFACTURER", "Xiaomi")
        start<SetupActivity>()
    },
)
