package org.telltale.app.feature.home

import org.telltale.app.engine.Owner
import org.telltale.app.ui.Format
import org.telltale.app.ui.Line

/** Where the line of an app leads: to what is known of its owner, be it that he is not known. */
data class AppTarget(val owner: Owner?)

/** Shows apps as lines. */
class AppLines(private val words: HomeWords, private val format: Format) {
    fun of(item: AppItem): Line {
        val isFlagged = item.row.findings > 0
        return Line(
            id = item.row.owner?.key.orEmpty(),
            title = item.face.label,
            detail = words.facts(item.row),
            count = format.short(item.row.findings).takeIf { isFlagged },
            icon = item.face.icon,
            hasIcon = true,
            bars = item.bars.takeIf { isFlagged },
            target = AppTarget(item.row.owner),
            spoken = words.spoken(item),
        )
    }
}
