package org.telltale.app

import android.content.Context
import android.os.Handler
import android.os.Looper
import android.os.SystemClock
import java.io.File
import java.time.Clock
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import org.telltale.app.apps.AppDirectory
import org.telltale.app.apps.PhoneApps
import org.telltale.app.apps.SystemApps
import org.telltale.app.engine.Background
import org.telltale.app.engine.CountryFile
import org.telltale.app.engine.Engine
import org.telltale.app.engine.Experiments
import org.telltale.app.engine.Owners
import org.telltale.app.engine.Places
import org.telltale.app.engine.Records
import org.telltale.app.engine.Rulebook
import org.telltale.app.engine.Runs
import org.telltale.app.engine.RustEngine
import org.telltale.app.engine.RustExperiments
import org.telltale.app.engine.RustRecords
import org.telltale.app.engine.RustRulebook
import org.telltale.app.vpn.owner.FlowOwners
import org.telltale.app.vpn.owner.Uids

/** What the screens and the service share; a test brings its own. */
class Parts(
    val engine: Engine,
    val records: Records,
    val rulebook: Rulebook,
    val background: Background,
    val apps: AppDirectory,
    val experiments: Experiments,
    val runs: Runs,
    val clock: Clock = Clock.systemDefaultZone(),
) {
    companion object {
        /** Questions to the record that are answered at once. */
        private const val READERS = 2

        /** The parts that the app runs with. Nothing is opened yet. */
        fun of(context: Context): Parts {
            val handler = Handler(Looper.getMainLooper())
            val main = Executor { handler.post(it) }
            val readers = Executors.newFixedThreadPool(READERS) { Thread(it, "telltale-reader") }
            val worker = Executors.newSingleThreadScheduledExecutor { Thread(it, "telltale-engine") }
            val places = Places.within(context.noBackupFilesDir)
            val apps = PhoneApps.of(context)
            val engine = RustEngine(places, owners(context, apps, readers), worker, countries(context)::ready, main)
            val records = RustRecords(places, engine)
            val experiments = RustExperiments(places, engine)
            val runs = Runs(experiments, thread("telltale-experiment"), thread("telltale-waiter"), main)
            return Parts(engine, records, RustRulebook(places), Background(readers, main), apps, experiments, runs)
        }

        private fun thread(name: String) = Executors.newSingleThreadExecutor { Thread(it, name) }

        private fun countries(context: Context): CountryFile {
            val installed = context.packageManager.getPackageInfo(context.packageName, 0).lastUpdateTime
            return CountryFile(File(context.noBackupFilesDir, "countries"), installed) {
                context.assets.open("countries.mmdb")
            }
        }

        private fun owners(context: Context, apps: AppDirectory, readers: Executor): Owners {
            val installed = SystemApps(context.packageManager)
            // Whoever is seen once keeps its name, should it be gone when somebody looks.
            return FlowOwners(Uids.of(context), installed::packagesUnder, SystemClock::elapsedRealtime) { owner ->
                readers.execute { apps.describe(owner) }
            }
        }
    }
}
