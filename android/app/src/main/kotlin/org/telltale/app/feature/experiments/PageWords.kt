package org.telltale.app.feature.experiments

import android.content.res.Resources
import org.telltale.app.R
import org.telltale.app.engine.PageText

/** What the pages of an experiment say. */
internal fun Resources.pageText() =
    PageText(getString(R.string.experiments_page_opened), getString(R.string.experiments_page_back))
