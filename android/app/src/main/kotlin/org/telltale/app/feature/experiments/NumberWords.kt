package org.telltale.app.feature.experiments

import android.content.res.Resources
import android.icu.text.NumberFormat
import kotlin.math.abs
import org.telltale.app.R
import org.telltale.app.engine.Counted
import org.telltale.app.engine.Difference
import org.telltale.app.engine.Interval
import org.telltale.app.engine.Measured
import org.telltale.app.engine.Sized
import org.telltale.app.engine.Verdict
import org.telltale.app.ui.Format
import org.telltale.app.ui.Words

/** A number and what it is. */
data class Fact(val name: String, val value: String)

/** The numbers of a result, each with how sure it is. */
class NumberWords(private val resources: Resources, private val format: Format) {
    private val words = Words(resources, format)
    private val locale = resources.configuration.locales[0]
    private val decimals = NumberFormat.getInstance(locale).apply {
        minimumFractionDigits = DECIMALS
        maximumFractionDigits = DECIMALS
    }
    private val percents = NumberFormat.getPercentInstance(locale).apply { maximumFractionDigits = 1 }

    /** All that was measured in one setting. */
    fun facts(measured: Measured): List<Fact> {
        val chance = fact(R.string.results_chance, chance(measured.chance))
        val sized = measured.sized?.let { sized(it, measured.verdict) }.orEmpty()
        val counted = measured.counted?.let(::counted).orEmpty()
        return sized + counted + chance
    }

    /** `1.10 (with 99 % certainty between 0.98 and 1.21)`. */
    fun slope(sized: Sized): String = sized.slope?.let { interval(it, SLOPE_LEVEL) } ?: text(R.string.results_unknown)

    /** `6.4 (with 95 % certainty between 2.1 and 30.0)`. */
    fun ratio(counted: Counted): String = interval(counted.ratio, RATIO_LEVEL)

    /** `−1.10 ± 0.09`, or `−3 kB` where only means are compared. */
    fun difference(difference: Difference, isSized: Boolean): String {
        val amount = abs(difference.estimate)
        val sign = if (difference.estimate < 0) "\u2212" else "+"
        val number = sign + if (isSized) decimal(amount) else bytes(amount)
        val half = difference.halfWidth ?: return format.code(number)
        return format.code(number + " \u00B1 " + decimal(half))
    }

    fun trials(count: Int): String = words.count(R.plurals.results_trials, count.toLong())

    fun perMinute(bytes: Double): String = resources.getString(R.string.results_per_minute, bytes(bytes))

    private fun sized(sized: Sized, verdict: Verdict): List<Fact> {
        val encodings = sized.encodings.map(::encoding).ifEmpty { listOf(text(R.string.results_encoding_none)) }
        return listOfNotNull(
            fact(R.string.results_slope, slope(sized)),
            fact(R.string.results_encoding, format.list(encodings)).takeIf { verdict == Verdict.UPLOADED },
            sized.cutOff?.let { fact(R.string.results_cut, words.count(R.plurals.results_cut_value, Math.round(it))) },
            fact(R.string.results_detectable, resources.getString(R.string.results_detectable_value, decimal(sized.detectable)))
                .takeIf { sized.slope != null && verdict != Verdict.UPLOADED },
            fact(R.string.results_unseen, words.count(R.plurals.results_unseen_value, Math.round(sized.unseen)))
                .takeIf { verdict == Verdict.NOT_UPLOADED && sized.unseen >= 1 },
            fact(R.string.results_sent, bytes(sized.bytes)),
        )
    }

    private fun counted(counted: Counted): List<Fact> = listOf(
        fact(R.string.results_after_action, bytes(counted.bytesAfterAction)),
        fact(R.string.results_after_wait, bytes(counted.bytesAfterWait)),
        fact(R.string.results_ratio, ratio(counted)),
    )

    private fun interval(interval: Interval, level: Double): String {
        val (estimate, high) = interval.estimate to interval.high
        val certainty = percents.format(level)
        if (estimate == null || high == null) {
            return resources.getString(R.string.results_at_least, certainty, decimal(interval.low))
        }
        return resources.getString(
            R.string.results_interval, decimal(estimate), certainty, decimal(interval.low), decimal(high),
        )
    }

    private fun chance(chance: Double): String =
        if (chance >= LEAST_CHANCE) percents.format(chance)
        else resources.getString(R.string.results_less, percents.format(LEAST_CHANCE))

    private fun encoding(name: String) = ENCODINGS[name]?.let(resources::getString) ?: name

    private fun bytes(bytes: Double) = format.bytes(Math.round(bytes))

    private fun decimal(value: Double) = decimals.format(value)

    private fun fact(name: Int, value: String) = Fact(text(name), value)

    private fun text(id: Int) = resources.getString(id)

    private companion object {
        const val DECIMALS = 2
        const val SLOPE_LEVEL = 0.99
        const val RATIO_LEVEL = 0.95
        const val LEAST_CHANCE = 0.001

        /** By the names of the core; one that is not known here speaks for itself, as `base64` does. */
        val ENCODINGS = mapOf(
            "as it is" to R.string.results_as_it_is,
            "gzip (OneTrack: then AES)" to R.string.results_gzip,
            "base64 of gzip, percent-encoded (Sensors for Android)" to R.string.results_sensors,
            "gzip, twice (OneTrack, events one by one)" to R.string.results_gzip_twice,
            "base64 of gzip, twice (Sensors for Android, events one by one)" to R.string.results_sensors_twice,
            "base64, twice (Sensors for JavaScript)" to R.string.results_script_twice,
        )
    }
}
