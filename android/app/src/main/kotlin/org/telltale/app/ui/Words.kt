package org.telltale.app.ui

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.Amount
import org.telltale.app.engine.Close
import org.telltale.app.engine.Provenance
import org.telltale.app.engine.Tier

/** The record's own terms, in words for people. */
class Words(private val resources: Resources, private val format: Format) {
    fun provenance(provenance: Provenance?): String = resources.getString(
        when (provenance) {
            null -> R.string.name_none
            Provenance.TLS_SNI, Provenance.QUIC_SNI -> R.string.name_sni
            Provenance.HTTP_HOST -> R.string.name_http
            Provenance.MI_PUSH -> R.string.name_push
            Provenance.DNS -> R.string.name_dns
            Provenance.HTTP_DNS -> R.string.name_http_dns
            Provenance.CERTIFICATE -> R.string.name_certificate
        },
    )

    fun tier(tier: Tier): String = resources.getString(
        when (tier) {
            Tier.A -> R.string.tier_a
            Tier.B -> R.string.tier_b
            Tier.C -> R.string.tier_c
            Tier.OWN -> R.string.tier_own
        },
    )

    fun close(close: Close): String = resources.getString(
        when (close) {
            Close.FIN -> R.string.close_fin
            Close.RESET -> R.string.close_reset
            Close.REFUSED -> R.string.close_refused
            Close.UNREACHABLE -> R.string.close_unreachable
            Close.TIMEOUT -> R.string.close_timeout
            Close.IDLE -> R.string.close_idle
            Close.OPEN -> R.string.close_open
        },
    )

    /** What a category of the catalogue stands for; one that is not known here speaks for itself. */
    fun category(category: String): String = CATEGORIES[category]?.let(resources::getString) ?: category

    /** `sent 12 kB, received 3 kB`. */
    fun traffic(amount: Amount): String =
        resources.getString(R.string.traffic, format.bytes(amount.bytesUp), format.bytes(amount.bytesDown))

    /** `12 connections, sent 12 kB, received 3 kB`. */
    fun amount(amount: Amount): String = resources.getString(
        R.string.traffic_of, count(R.plurals.connections, amount.flows),
        format.bytes(amount.bytesUp), format.bytes(amount.bytesDown),
    )

    /** A number of things, by their plural [id]. */
    fun count(id: Int, count: Long): String =
        resources.getQuantityString(id, count.coerceAtMost(Int.MAX_VALUE.toLong()).toInt(), format.count(count))

    private companion object {
        val CATEGORIES = mapOf(
            "analytics" to R.string.category_analytics,
            "ads" to R.string.category_ads,
            "crash" to R.string.category_crash,
            "browser" to R.string.category_browser,
            "config" to R.string.category_config,
            "location" to R.string.category_location,
            "root" to R.string.category_root,
            "own" to R.string.category_own,
            "account" to R.string.category_account,
            "cloud-sync" to R.string.category_cloud,
            "update" to R.string.category_update,
            "push" to R.string.category_push,
            "content" to R.string.category_content,
            "security" to R.string.category_security,
            "cdn" to R.string.category_cdn,
            "hosting" to R.string.category_cdn,
            "iot" to R.string.category_iot,
            "connectivity-check" to R.string.category_check,
        )
    }
}
