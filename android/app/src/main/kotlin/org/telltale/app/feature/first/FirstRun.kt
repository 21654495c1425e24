package org.telltale.app.feature.first

import android.content.Context

/** Remembers that the owner has read what the app does, and gone on. */
class FirstRun(context: Context) {
    private val preferences = context.getSharedPreferences("first-run", Context.MODE_PRIVATE)

    var isDone: Boolean
        get() = preferences.getBoolean(DONE, false)
        set(value) = preferences.edit().putBoolean(DONE, value).apply()

    private companion object {
        const val DONE = "done"
    }
}
