package org.telltale.app.sample

import java.time.Duration
import org.telltale.app.engine.ContentLine
import org.telltale.app.engine.Evidence
import org.telltale.app.engine.Layer
import org.telltale.app.engine.Link
import org.telltale.app.engine.Owner
import org.telltale.app.engine.Personal

/** Requests that the apps of [SamplePhone] sent unencrypted. */
object SampleEvidence {
    const val HOST = "sa.api.intl.miui.com"
    const val PAGE = "https://en.wikipedia.org/wiki/Cystitis"
    val BROWSER = Owner(10142, listOf("com.mi.globalbrowser"))
    private val since = SamplePhone.NOW - Duration.ofDays(8)

    /** One of the browser's every ten minutes, [count] in all. */
    fun visits(count: Int): List<Evidence> =
        (1..count).map { visit(it.toLong()).copy(time = SamplePhone.NOW - Duration.ofMinutes(10L * it)) }

    fun visit(id: Long) = Evidence(
        id = id,
        time = SamplePhone.NOW - Duration.ofMinutes(47),
        owner = BROWSER,
        host = HOST,
        party = "xiaomi",
        finding = SamplePhone.flows.first { it.host == HOST }.finding,
        format = "Sensors Analytics upload",
        method = "POST",
        target = "/sa?project=global_browser",
        bytes = 4_800,
        missing = 0,
        layers = listOf(
            Layer("body", "form", 4_800, 4_800),
            Layer("body.data_list", "base64", 4_700, 3_500),
            Layer("body.data_list", "gzip", 3_500, 9_100),
            Layer("body.data_list", "json", 9_100, 9_100),
        ),
        content = listOf(
            ContentLine(0, "body", null, null),
            ContentLine(1, "data_list", null, null),
            ContentLine(2, "[0]", null, null),
            ContentLine(3, "\$url", PAGE, "visited-address"),
            ContentLine(3, "\$device_id", "9774d56d682e549c", "android-id"),
        ),
        personal = listOf(
            personal("body.data_list[0].\$device_id", "android-id", "9774d56d682e549c", Link(41, since)),
            personal("body.data_list[0].\$url", "visited-address", PAGE, null),
        ),
        notes = listOf("checked: body.data_list: the check sum is right"),
    )

    private fun personal(path: String, kind: String, value: String, link: Link?) =
        Personal(path, kind, kind, "What it tells.", value, link)
}
