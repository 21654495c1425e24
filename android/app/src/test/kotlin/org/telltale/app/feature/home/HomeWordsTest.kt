package org.telltale.app.feature.home

import java.time.Duration
import java.time.ZoneOffset
import java.util.Locale
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.engine.Amount
import org.telltale.app.engine.EngineState
import org.telltale.app.engine.PartyRow
import org.telltale.app.engine.Phase
import org.telltale.app.sample.SampleEngine
import org.telltale.app.sample.SamplePhone
import org.telltale.app.ui.Buckets
import org.telltale.app.ui.Format
import org.telltale.app.ui.Period

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = "en-rGB")
class HomeWordsTest {
    private val format = Format(Locale.UK, is24Hour = true, ZoneOffset.UTC)
    private val words = HomeWords(RuntimeEnvironment.getApplication().resources, format)

    @Test
    fun `the sentence names whom, and counts apps and reports`() {
        assertEquals("4 apps reported to Xiaomi, 212 times", words.sentence(summary(4, 212, "xiaomi")))
        assertEquals("1 app reported to Xiaomi and Alibaba, 1,204 times", words.sentence(summary(1, 1_204, "xiaomi", "alibaba")))
    }

    @Test
    fun `hosts of an own list belong to others`() {
        val sentence = words.sentence(summary(2, 1, "xiaomi", "sensors", null))
        assertEquals("2 apps reported to Xiaomi, Sensors Analytics and other trackers, 1 time", sentence)
    }

    @Test
    fun `no report is told apart from nobody having looked`() {
        assertEquals("No app reported to a known tracker", words.sentence(summary(0, 0, flows = 12)))
        assertEquals("The phone was not watched in this time", words.sentence(summary(0, 0, flows = 0)))
    }

    @Test
    fun `gaps are told with their time`() {
        assertEquals("Watched without a gap", words.gaps(summary(0, 0)))
        val two = summary(0, 0).copy(gaps = 2, gapTime = Duration.ofMinutes(190))
        assertEquals("2 gaps, 3 hrs, 10 mins in all", words.gaps(two))
    }

    @Test
    fun `trouble is told in the engine's own words`() {
        assertEquals("no tunnel", words.detail(EngineState(Phase.FAILED, problem = "no tunnel"), SamplePhone.NOW))
        val watching = words.detail(SampleEngine.WATCHING, SamplePhone.NOW)
        assertEquals("Since 09:11, for 6 hrs, 31 mins\n812 connections · 9.4 MB", watching)
    }

    private fun summary(apps: Int, findings: Long, vararg parties: String?, flows: Long = 300) = Summary(
        parties = parties.map { PartyRow(it, 1, 1, Amount(1, 1, 1), 1) },
        apps = apps,
        findings = findings,
        buckets = Buckets.of(Period.DAY, SamplePhone.NOW, ZoneOffset.UTC),
        perBucket = List(24) { 0L },
        flows = flows,
        namedShare = 0.9,
        gaps = 0,
        gapTime = Duration.ZERO,
        everWatched = true,
        now = SamplePhone.NOW,
    )
}
