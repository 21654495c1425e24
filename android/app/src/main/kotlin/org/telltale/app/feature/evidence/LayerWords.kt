package org.telltale.app.feature.evidence

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.Layer
import org.telltale.app.ui.Format

/** How something was packed at one place: `Base64 → gzip → JSON`, `1.2 kB → 4.8 kB`. */
data class Packing(val place: String, val codings: String, val sizes: String?)

/** The codings of requests in words. */
class LayerWords(private val resources: Resources, private val format: Format) {
    /** One for each place, in the order in which they were undone. */
    fun packings(layers: List<Layer>): List<Packing> = layers.groupBy { it.path }.map { (path, those) ->
        val place = path.ifEmpty { resources.getString(R.string.evidence_everything) }
        Packing(place, chain(those.map { name(it.name) }), sizes(those))
    }

    /** What was only read has the size that it had. */
    private fun sizes(layers: List<Layer>): String? {
        val (before, after) = layers.first().bytesIn to layers.last().bytesOut
        return if (before == after) null else chain(listOf(format.bytes(before), format.bytes(after)))
    }

    /** Read from left to right in every language, as the codings' names are. */
    private fun chain(steps: List<String>) = format.code(steps.joinToString(" → "))

    private fun name(coding: String) = NAMES[coding] ?: coding

    private companion object {
        /** As the codings are called everywhere; others are called by their words. */
        val NAMES = mapOf(
            "br" to "Brotli",
            "zstd" to "Zstandard",
            "base64" to "Base64",
            "base64url" to "Base64",
            "json" to "JSON",
            "json-lines" to "JSON",
            "protobuf" to "Protocol Buffers",
            "thrift-compact" to "Thrift",
            "thrift-binary" to "Thrift",
            "aes128-ecb" to "AES",
            "mipush-frame" to "Mi Push",
        )
    }
}
