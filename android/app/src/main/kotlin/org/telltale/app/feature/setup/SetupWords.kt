package org.telltale.app.feature.setup

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.ui.Format

/** The set-up check in words. */
class SetupWords(private val resources: Resources, private val format: Format) {
    /** `2 things keep Telltale from seeing everything`. */
    fun sentence(items: List<SetupItem>): String {
        val open = items.count { it.status == SetupStatus.ACTION }
        if (open > 0) return resources.getQuantityString(R.plurals.setup_open, open, format.count(open.toLong()))
        val unknown = items.any { it.status == SetupStatus.UNKNOWN }
        return resources.getString(if (unknown) R.string.setup_look_left else R.string.setup_all_well)
    }

    fun text(item: SetupItem): String =
        item.detail?.let { resources.getString(item.text, format.code(it)) } ?: resources.getString(item.text)

    fun status(status: SetupStatus): String = resources.getString(
        when (status) {
            SetupStatus.OK -> R.string.setup_status_ok
            SetupStatus.ACTION -> R.string.setup_status_action
            SetupStatus.UNKNOWN -> R.string.setup_status_unknown
        },
    )

    /** What the button of [item] says; null where there is no page to open. */
    fun button(item: SetupItem): String? = item.page?.let {
        resources.getString(if (item.id == SetupId.CONSENT) R.string.setup_allow else R.string.setup_open_page)
    }
}
