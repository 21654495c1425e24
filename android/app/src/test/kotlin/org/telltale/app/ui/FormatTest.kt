package org.telltale.app.ui

import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneOffset
import java.util.Locale
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

@RunWith(RobolectricTestRunner::class)
class FormatTest {
    private val english = Format(Locale.UK, is24Hour = true, ZoneOffset.UTC)
    private val german = Format(Locale.GERMANY, is24Hour = true, ZoneOffset.UTC)
    private val now = Instant.parse("2026-03-11T15:42:30Z")

    @Test
    fun `numbers are grouped as the language does`() {
        assertEquals("1,234,567", english.count(1_234_567))
        assertEquals("1.234.567", german.count(1_234_567))
    }

    @Test
    fun `large numbers become short, others stay exact`() {
        assertEquals("9,999", english.short(9_999))
        assertEquals("12K", english.short(12_345))
    }

    @Test
    fun `sizes have at most one decimal, and none when it says nothing`() {
        assertEquals("999 byte", english.bytes(999))
        assertEquals("1.2 kB", english.bytes(1_234))
        assertEquals("123 kB", english.bytes(123_400))
        assertEquals("1,2 MB", german.bytes(1_234_000))
        assertEquals("2 GB", english.bytes(2_000_000_000))
    }

    @Test
    fun `a share is never rounded to all or nothing`() {
        assertEquals("99%", english.share(0.9999))
        assertEquals("100%", english.share(1.0))
        assertEquals("1%", english.share(0.0001))
        assertEquals("0%", english.share(0.0))
    }

    @Test
    fun `a duration has two units at most`() {
        assertEquals("1 min", english.duration(Duration.ofSeconds(5)))
        assertEquals("2 hrs, 3 mins", english.duration(Duration.ofMinutes(123)))
        assertEquals("2 days", english.duration(Duration.ofHours(48).plusMinutes(9)))
    }

    @Test
    fun `short times are told in seconds`() {
        assertEquals("0.4 secs", english.length(Duration.ofMillis(420)))
        assertEquals("42 secs", english.length(Duration.ofMillis(42_900)))
        assertEquals("2 mins", english.length(Duration.ofSeconds(125)))
    }

    @Test
    fun `a moment says the day only where it is not today, and the year only where it is another`() {
        assertEquals("09:12", english.moment(Instant.parse("2026-03-11T09:12:00Z"), now))
        assertTrue(english.moment(Instant.parse("2026-03-01T09:12:00Z"), now).startsWith("1 Mar"))
        assertTrue("2025" in english.moment(Instant.parse("2025-03-01T09:12:00Z"), now))
        assertEquals("15:42:30", english.exactMoment(now, now))
    }

    @Test
    fun `the past is told as people do`() {
        assertEquals("5 minutes ago", english.ago(now - Duration.ofMinutes(5), now))
        assertEquals("3 hours ago", english.ago(now - Duration.ofHours(3), now))
        assertEquals("yesterday", english.ago(now - Duration.ofHours(24), now))
        assertEquals("4 days ago", english.ago(now - Duration.ofDays(4), now))
        assertEquals("1 Mar", english.ago(now - Duration.ofDays(10), now))
        assertEquals("gestern", german.ago(now - Duration.ofHours(24), now))
    }

    @Test
    fun `names are joined as the language does`() {
        assertEquals("Xiaomi, Alibaba and Sensors", english.list(listOf("Xiaomi", "Alibaba", "Sensors")))
        assertEquals("Xiaomi und Alibaba", german.list(listOf("Xiaomi", "Alibaba")))
    }

    @Test
    fun `days, hours and countries have the language's names`() {
        assertEquals("Wed", english.weekday(LocalDate.of(2026, 3, 11)))
        assertEquals("14", english.hour(14))
        assertEquals("Singapur", german.country("SG"))
    }
}
