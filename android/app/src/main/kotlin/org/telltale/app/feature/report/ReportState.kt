package org.telltale.app.feature.report

import java.io.File
import org.telltale.app.engine.ReportFact
import org.telltale.app.engine.ReportStamp
import org.telltale.app.ui.FileTrouble
import org.telltale.app.ui.Period

/** What the page is to be about, and how much it tells. */
data class ReportChoice(
    val period: Period = Period.WEEK,
    /** With what is personal in unencrypted requests. */
    val isInFull: Boolean = false,
    /** Which phone it is, and which versions of apps report. */
    val tellsPhone: Boolean = true,
)

/** A page that lies ready in [file]: what may be looked at, shared and saved are the same bytes. */
data class MadeReport(val file: File, val size: Long, val sha256: String, val stamp: ReportStamp, val facts: List<ReportFact>)

/** Why there is no page, or why it was not saved. */
sealed interface ReportTrouble {
    data class Failed(val trouble: FileTrouble, val detail: String?) : ReportTrouble

    /** The page that was made is not there any more: the system may empty the folder that it is in. */
    data object Gone : ReportTrouble
}

/** What the screen is at work on. */
enum class ReportWork { NONE, MAKING, SAVING }

/** All that the screen of reports shows. */
data class ReportState(
    val choice: ReportChoice = ReportChoice(),
    val work: ReportWork = ReportWork.NONE,
    val made: MadeReport? = null,
    /** The page was written to a place of the owner's. */
    val isSaved: Boolean = false,
    val trouble: ReportTrouble? = null,
)
