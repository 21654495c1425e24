package org.telltale.app.feature.claims

import org.telltale.app.R

/** A claim in the owner's language: in one sentence, what was reported, and what Xiaomi answered. */
enum class ClaimTexts(val says: Int, val reported: Int, val reply: Int) {
    C1(R.string.claim_c1, R.string.claim_c1_reported, R.string.claim_reply_statistics),
    C2(R.string.claim_c2, R.string.claim_c2_reported, R.string.claim_reply_incognito),
    C3(R.string.claim_c3, R.string.claim_c3_reported, R.string.claim_reply_statistics),
    C4(R.string.claim_c4, R.string.claim_c4_reported, R.string.claim_reply_none),
    C5(R.string.claim_c5, R.string.claim_c5_reported, R.string.claim_reply_none),
    C6(R.string.claim_c6, R.string.claim_c6_reported, R.string.claim_reply_none),
    C7(R.string.claim_c7, R.string.claim_c7_reported, R.string.claim_reply_tokens),
    C8(R.string.claim_c8, R.string.claim_c8_reported, R.string.claim_reply_none),
    C9(R.string.claim_c9, R.string.claim_c9_reported, R.string.claim_reply_none),
    C10(R.string.claim_c10, R.string.claim_c10_reported, R.string.claim_reply_sensors),
    C11(R.string.claim_c11, R.string.claim_c11_reported, R.string.claim_reply_own),
    C12(R.string.claim_c12, R.string.claim_c12_reported, R.string.claim_reply_own);

    companion object {
        /** Null for a claim that this version has no words of its own for. */
        fun of(id: String): ClaimTexts? = entries.find { it.name == id }
    }
}
