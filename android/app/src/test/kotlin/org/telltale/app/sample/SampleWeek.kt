package org.telltale.app.sample

import android.os.ParcelFileDescriptor
import java.io.File
import java.nio.file.Files
import java.time.Clock
import java.time.ZoneOffset
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import org.telltale.app.Parts
import org.telltale.app.engine.Background
import org.telltale.app.engine.Engine
import org.telltale.app.engine.Places
import org.telltale.app.engine.Records
import org.telltale.app.engine.ReportOptions
import org.telltale.app.engine.ReportStamp
import org.telltale.app.engine.RustEngine
import org.telltale.app.engine.RustRecords
import org.telltale.app.engine.RustRulebook
import org.telltale.app.world.KernelDescriptor

/** A week of a Redmi in a record of the Rust core, which its example `sample_record` writes, and the core's own rules. */
object SampleWeek {
    const val BROWSER = "com.mi.globalbrowser"
    private val record: File by lazy(::write)

    /** All that a screen asks for, answered at once; only the engine is not the real one. */
    fun parts(engine: Engine = SampleEngine()): Parts = parts(record, engine)

    /** The same, on a phone that has never been watched. */
    fun nothing(): Parts = parts(File(folder(), "telltale.db"), SampleEngine(SampleEngine.OFF))

    private fun parts(record: File, engine: Engine): Parts {
        val places = Places(record, File(record.parentFile, "lists"))
        val atOnce = Executor(Runnable::run)
        val writer = RustEngine(places, { null }, Executors.newSingleThreadScheduledExecutor(), main = atOnce)
        val clock = Clock.fixed(SamplePhone.NOW, ZoneOffset.UTC)
        val background = Background(atOnce, atOnce)
        val records = KernelRecords(RustRecords(places, writer))
        val experiments = SampleExperiments()
        return Parts(
            engine, records, RustRulebook(places), background, SampleApps, experiments, experiments.runs(), clock,
        )
    }

    private fun write(): File {
        val file = File(folder(), "telltale.db")
        val program = checkNotNull(System.getProperty("telltale.sample")) { "run by Maven: see docs/android.md" }
        val now = SamplePhone.NOW.toEpochMilli().toString()
        val process = ProcessBuilder(program, file.path, now).inheritIO().start()
        check(process.waitFor() == 0) { "$program failed" }
        return file
    }

    private fun folder() = Files.createTempDirectory("sample").toFile().apply { deleteOnExit() }
}

/** Robolectric's descriptors are Java's own: Rust writes to one of the kernel's, and what it wrote is copied. */
private class KernelRecords(private val records: Records) : Records by records {
    override fun report(options: ReportOptions, file: ParcelFileDescriptor): ReportStamp? = file.use {
        val page = File.createTempFile("page", null)
        val stamp = records.report(options, KernelDescriptor.toWrite(page))
        ParcelFileDescriptor.AutoCloseOutputStream(file).use { copy -> page.inputStream().use { it.copyTo(copy) } }
        stamp
    }
}
