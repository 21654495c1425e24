package org.telltale.app.feature.experiments

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.ClaimId

/** Claims in the words of whoever asks. */
class ClaimWords(private val resources: Resources) {
    /** What a person asks; the number of a claim that is not tried. */
    fun question(claim: ClaimId): String = QUESTIONS[claim]?.let(resources::getString) ?: claim.name

    /** What the person is asked to do in [app]; null where pages are opened. */
    fun ask(claim: ClaimId, app: String): String? = ASKS[claim]?.let { resources.getString(it, app) }

    /** What the setting with this number is called; null of a claim that compares none. */
    fun setting(claim: ClaimId, number: Int): String? =
        SETTINGS[claim]?.getOrNull(number)?.let { resources.getString(it.name) }

    /** How it is made. */
    fun setUp(claim: ClaimId, number: Int): String? =
        SETTINGS[claim]?.getOrNull(number)?.let { resources.getString(it.toDo) }

    private class Setting(val name: Int, val toDo: Int)

    companion object {
        /** Those that Telltale tries by itself, those for which it asks a person, and those that compare settings. */
        val PAGES = listOf(ClaimId.C1, ClaimId.C2)
        val PERSON = listOf(ClaimId.C3, ClaimId.C6, ClaimId.C4, ClaimId.C5)
        val SETTING = listOf(ClaimId.C11, ClaimId.C12)
        val TRIED = PAGES + PERSON + SETTING

        private val QUESTIONS = mapOf(
            ClaimId.C1 to R.string.experiments_c1,
            ClaimId.C2 to R.string.experiments_c2,
            ClaimId.C3 to R.string.experiments_c3,
            ClaimId.C4 to R.string.experiments_c4,
            ClaimId.C5 to R.string.experiments_c5,
            ClaimId.C6 to R.string.experiments_c6,
            ClaimId.C11 to R.string.experiments_c11,
            ClaimId.C12 to R.string.experiments_c12,
        )

        private val ASKS = mapOf(
            ClaimId.C3 to R.string.experiments_ask_c3,
            ClaimId.C4 to R.string.experiments_ask_c4,
            ClaimId.C5 to R.string.experiments_ask_c5,
            ClaimId.C6 to R.string.experiments_ask_c6,
            ClaimId.C11 to R.string.experiments_ask_c11,
            ClaimId.C12 to R.string.experiments_ask_c12,
        )

        /** In the order of the core's cells. */
        private val SETTINGS = mapOf(
            ClaimId.C2 to listOf(
                Setting(R.string.experiments_c2_normal, R.string.experiments_c2_normal_do),
                Setting(R.string.experiments_c2_incognito, R.string.experiments_c2_incognito_do),
                Setting(R.string.experiments_c2_enhanced, R.string.experiments_c2_enhanced_do),
                Setting(R.string.experiments_c2_both, R.string.experiments_c2_both_do),
            ),
            ClaimId.C11 to listOf(
                Setting(R.string.experiments_c11_on, R.string.experiments_c11_on_do),
                Setting(R.string.experiments_c11_off, R.string.experiments_c11_off_do),
            ),
            ClaimId.C12 to listOf(
                Setting(R.string.experiments_c12_out, R.string.experiments_c12_out_do),
                Setting(R.string.experiments_c12_off, R.string.experiments_c12_off_do),
                Setting(R.string.experiments_c12_on, R.string.experiments_c12_on_do),
            ),
        )
    }
}
