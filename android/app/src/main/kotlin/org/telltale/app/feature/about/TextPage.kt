package org.telltale.app.feature.about

import org.telltale.app.R

/** A part of a page: a heading and what it says. */
data class Section(val title: Int, val text: Int)

/** A page of plain words. */
enum class TextPage(val title: Int, val sections: List<Section>) {
    /** What can be proven, and what cannot. */
    METHOD(
        R.string.method_title,
        listOf(
            Section(R.string.method_path, R.string.method_path_text),
            Section(R.string.method_names, R.string.method_names_text),
            Section(R.string.method_flag, R.string.method_flag_text),
            Section(R.string.method_proves, R.string.method_proves_text),
            Section(R.string.method_not, R.string.method_not_text),
            Section(R.string.method_gaps, R.string.method_gaps_text),
            Section(R.string.method_expected, R.string.method_expected_text),
        ),
    ),

    /** What is written down, and what is not. */
    CAPTURED(
        R.string.captured_title,
        listOf(
            Section(R.string.captured_kept, R.string.captured_kept_text),
            Section(R.string.captured_beside, R.string.captured_beside_text),
            Section(R.string.captured_clear, R.string.captured_clear_text),
            Section(R.string.captured_not, R.string.captured_not_text),
            Section(R.string.captured_where, R.string.captured_where_text),
            Section(R.string.captured_long, R.string.captured_long_text),
        ),
    ),
}
