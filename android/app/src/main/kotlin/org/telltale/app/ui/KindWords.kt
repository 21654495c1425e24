package org.telltale.app.ui

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.Evidence

/** What requests say of people, in words: the kinds of the core's decoder. */
class KindWords(private val resources: Resources) {
    /** The name of a [kind]; one that is not known here speaks for itself. */
    fun name(kind: String): String = NAMES[kind]?.let(resources::getString) ?: kind

    /** What [kinds] are called, each once, those that tell most first. */
    fun names(kinds: Collection<String>): List<String> = sorted(kinds).map(::name)

    /** The same as tags: of many the first, and how many more there are. */
    fun tags(kinds: Collection<String>, format: Format): List<String> {
        val names = names(kinds)
        val more = names.size - MOST_TAGS
        if (more <= 1) return names
        return names.take(MOST_TAGS) + resources.getString(R.string.evidence_more_kinds, format.count(more.toLong()))
    }

    /** [kinds], each once, those that tell most first. */
    fun sorted(kinds: Collection<String>): List<String> = kinds.distinct().sortedBy { kind -> ORDER[kind] ?: ORDER.size }

    companion object {
        /** Two lines of them on most phones. */
        private const val MOST_TAGS = 5

        /** The kinds of what [evidence] says. */
        fun of(evidence: Evidence): Set<String> = evidence.personal.map { it.kind }.toSet()

        /** In the order of the decoder's own table: what was done, then who did it, then the phone. */
        internal val NAMES = mapOf(
            "visited-address" to R.string.kind_visited_address,
            "search-words" to R.string.kind_search_words,
            "page-title" to R.string.kind_page_title,
            "media-title" to R.string.kind_media_title,
            "folder-name" to R.string.kind_folder_name,
            "screen-name" to R.string.kind_screen_name,
            "android-id" to R.string.kind_android_id,
            "oaid" to R.string.kind_oaid,
            "gaid" to R.string.kind_gaid,
            "imei" to R.string.kind_imei,
            "imei-hash" to R.string.kind_imei_hash,
            "serial" to R.string.kind_serial,
            "mac" to R.string.kind_mac,
            "bssid" to R.string.kind_bssid,
            "wifi-name" to R.string.kind_wifi_name,
            "ip-address" to R.string.kind_ip_address,
            "stable-id" to R.string.kind_stable_id,
            "account-id" to R.string.kind_account_id,
            "phone-number" to R.string.kind_phone_number,
            "email" to R.string.kind_email,
            "location" to R.string.kind_location,
            "operator" to R.string.kind_operator,
            "installed-apps" to R.string.kind_installed_apps,
            "phone-model" to R.string.kind_phone_model,
            "android-version" to R.string.kind_android_version,
            "rom-version" to R.string.kind_rom_version,
            "action-time" to R.string.kind_action_time,
        )

        private val ORDER = NAMES.keys.withIndex().associate { (at, kind) -> kind to at }
    }
}
