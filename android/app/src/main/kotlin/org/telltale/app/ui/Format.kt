package org.telltale.app.ui

import android.content.Context
import android.icu.text.CompactDecimalFormat
import android.icu.text.DateTimePatternGenerator
import android.icu.text.ListFormatter
import android.icu.text.MeasureFormat
import android.icu.text.NumberFormat
import android.icu.text.RelativeDateTimeFormatter
import android.icu.util.Measure
import android.icu.util.MeasureUnit
import android.icu.util.ULocale
import android.text.BidiFormatter
import android.text.format.DateFormat
import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.time.temporal.ChronoUnit
import java.util.Locale

/** Numbers, sizes and times in the words of one language. Cheap enough to make per screen; not for several threads. */
class Format(private val locale: Locale, private val is24Hour: Boolean, private val zone: ZoneId) {
    constructor(context: Context) : this(
        context.resources.configuration.locales[0],
        DateFormat.is24HourFormat(context),
        ZoneId.systemDefault(),
    )

    private val numbers = NumberFormat.getInstance(locale)
    private val percents = NumberFormat.getPercentInstance(locale)
    private val compact = CompactDecimalFormat.getInstance(locale, CompactDecimalFormat.CompactStyle.SHORT)
    private val patterns = DateTimePatternGenerator.getInstance(locale)
    private val measures = MeasureFormat.getInstance(ULocale.forLocale(locale), MeasureFormat.FormatWidth.SHORT)

    /** `1,234`. */
    fun count(value: Long): String = numbers.format(value)

    /** At most four digits: `1,234`, but `12K`. */
    fun short(value: Long): String = if (value < SHORT_FROM) count(value) else compact.format(value)

    /** Whole per cent; nothing short of all is called 100 %, nothing above none 0 %. */
    fun share(part: Double): String = percents.format(
        when {
            part >= 1.0 -> 1.0
            part <= 0.0 -> 0.0
            else -> part.coerceIn(ONE_PERCENT, 1 - ONE_PERCENT)
        },
    )

    /** `1.2 MB`, in powers of a thousand, as Android's own settings count. */
    fun bytes(value: Long): String {
        val step = BYTE_STEPS.lastOrNull { value >= it.first } ?: BYTE_STEPS.first()
        val amount = value.toDouble() / step.first
        val isWhole = step.first == 1L || amount >= WHOLE_FROM
        val rounded: Number = if (isWhole) Math.round(amount) else Math.round(amount * TENTHS) / TENTHS
        return measures.format(Measure(rounded, step.second))
    }

    /** `30 days`; whole years are told as such. */
    fun days(days: Int): String {
        val isYears = days > 0 && days % DAYS_A_YEAR == 0
        val measure = if (isYears) Measure(days / DAYS_A_YEAR, MeasureUnit.YEAR) else Measure(days, MeasureUnit.DAY)
        return MeasureFormat.getInstance(ULocale.forLocale(locale), MeasureFormat.FormatWidth.WIDE).format(measure)
    }

    /** `3 hr, 4 min`: the two largest units, never less than a minute. */
    fun duration(length: Duration): String {
        val minutes = length.toMinutes().coerceAtLeast(1)
        val parts = listOf(
            Measure(minutes / MINUTES_A_DAY, MeasureUnit.DAY),
            Measure(minutes / MINUTES_AN_HOUR % HOURS_A_DAY, MeasureUnit.HOUR),
            Measure(minutes % MINUTES_AN_HOUR, MeasureUnit.MINUTE),
        ).dropWhile { it.number.toLong() == 0L }.take(2).filterIndexed { at, it -> at == 0 || it.number.toLong() > 0 }
        return measures.formatMeasures(*parts.toTypedArray())
    }

    /** `09:12`, or as the phone's clock is set. */
    fun time(at: Instant): String = pattern(if (is24Hour) "Hm" else "hm").format(at.atZone(zone))

    /** `14:03:27`. */
    fun exactTime(at: Instant): String = pattern(if (is24Hour) "Hms" else "hms").format(at.atZone(zone))

    /** `14:03:27`, with the day where it is not today. */
    fun exactMoment(at: Instant, now: Instant): String {
        val hours = if (is24Hour) "Hms" else "hms"
        return pattern(dayBefore(at, now) + hours).format(at.atZone(zone))
    }

    /** `Mar 11, 2026, 14:03:27`: for whoever reads it on another day. */
    fun fullMoment(at: Instant): String = pattern(if (is24Hour) "yMMMdHms" else "yMMMdhms").format(at.atZone(zone))

    /** How long something short took: `0.4 sec`, `12 sec`, then as [duration]. */
    fun length(time: Duration): String {
        if (time >= Duration.ofMinutes(1)) return duration(time)
        val tenths = time.toMillis() / MILLIS_A_TENTH
        val seconds: Number = if (tenths < WHOLE_SECONDS_FROM) tenths / TENTHS else tenths / TENTHS.toLong()
        return measures.format(Measure(seconds, MeasureUnit.SECOND))
    }

    /** An hour of the day, 0 to 23: `14`, `2 PM`. */
    fun hour(hour: Int): String =
        pattern(if (is24Hour) "H" else "h").format(LocalDate.EPOCH.atTime(hour, 0).atZone(zone))

    /** `Mon`. */
    fun weekday(day: LocalDate): String = pattern("EEE").format(day)

    /** `Wed, 12 Nov`. */
    fun date(day: LocalDate): String = pattern("EEEMMMd").format(day)

    /** `12 Nov`, with the year where it is another one. */
    fun day(day: LocalDate, today: LocalDate): String =
        pattern(if (day.year == today.year) "MMMd" else "yMMMd").format(day)

    /** `12 Nov, 09:12`; today the time alone. */
    fun moment(at: Instant, now: Instant): String =
        pattern(dayBefore(at, now) + if (is24Hour) "Hm" else "hm").format(at.atZone(zone))

    /** `5 minutes ago`, `yesterday`; from a week on the day. */
    fun ago(at: Instant, now: Instant): String {
        val words = RelativeDateTimeFormatter.getInstance(ULocale.forLocale(locale))
        val past = RelativeDateTimeFormatter.Direction.LAST
        val minutes = ChronoUnit.MINUTES.between(at, now)
        val days = ChronoUnit.DAYS.between(at.atZone(zone).toLocalDate(), now.atZone(zone).toLocalDate())
        return when {
            minutes < 1 -> words.format(
                RelativeDateTimeFormatter.Direction.PLAIN,
                RelativeDateTimeFormatter.AbsoluteUnit.NOW,
            )
            minutes < MINUTES_AN_HOUR ->
                words.format(minutes.toDouble(), past, RelativeDateTimeFormatter.RelativeUnit.MINUTES)
            days < 1 || minutes < HOURS_ARE_CLEARER * MINUTES_AN_HOUR -> words.format(
                (minutes / MINUTES_AN_HOUR).toDouble(), past, RelativeDateTimeFormatter.RelativeUnit.HOURS,
            )
            days == 1L -> words.format(past, RelativeDateTimeFormatter.AbsoluteUnit.DAY)
            days < DAYS_A_WEEK -> words.format(days.toDouble(), past, RelativeDateTimeFormatter.RelativeUnit.DAYS)
            else -> day(at.atZone(zone).toLocalDate(), now.atZone(zone).toLocalDate())
        }
    }

    /** `Xiaomi, Alibaba and Sensors`. */
    fun list(items: List<String>): String = ListFormatter.getInstance(locale).format(items)

    /** The name of a country by its ISO 3166 code. */
    fun country(code: String): String = Locale("", code).getDisplayCountry(locale)

    /** A name or an address that keeps its direction within other writing. */
    fun code(text: String): String = BidiFormatter.getInstance(locale).unicodeWrap(text)

    /** The skeleton of the day of [at], seen from [now]. */
    private fun dayBefore(at: Instant, now: Instant): String {
        val day = at.atZone(zone).toLocalDate()
        val today = now.atZone(zone).toLocalDate()
        return when {
            day == today -> ""
            day.year == today.year -> "MMMd"
            else -> "yMMMd"
        }
    }

    /** The same, and it may be broken after its dots: long names find their place on narrow screens. */
    fun breakable(text: String): String = code(text.replace(".", ".\u200B"))

    private fun pattern(skeleton: String): DateTimeFormatter =
        DateTimeFormatter.ofPattern(patterns.getBestPattern(skeleton), locale)

    private companion object {
        const val SHORT_FROM = 10_000L
        const val ONE_PERCENT = 0.01
        const val WHOLE_FROM = 99.95
        const val TENTHS = 10.0
        const val MILLIS_A_TENTH = 100L
        const val WHOLE_SECONDS_FROM = 100L
        const val MINUTES_AN_HOUR = 60L
        const val HOURS_A_DAY = 24L
        const val MINUTES_A_DAY = MINUTES_AN_HOUR * HOURS_A_DAY
        const val DAYS_A_WEEK = 7L
        const val DAYS_A_YEAR = 365
        const val HOURS_ARE_CLEARER = 6L

        val BYTE_STEPS = listOf(
            1L to MeasureUnit.BYTE,
            1_000L to MeasureUnit.KILOBYTE,
            1_000_000L to MeasureUnit.MEGABYTE,
            1_000_000_000L to MeasureUnit.GIGABYTE,
            1_000_000_000_000L to MeasureUnit.TERABYTE,
        )
    }
}
