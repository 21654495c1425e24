package org.telltale.app.screens

import android.app.Activity
import android.view.View

/** The view [id] of what is shown. */
fun <T : View> Activity.view(id: Int): T = requireNotNull(findViewById<T>(id)) { "no such view on $this" }
