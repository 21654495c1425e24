package org.telltale.app.apps

import android.graphics.drawable.Drawable
import org.telltale.app.engine.Owner

/** What an app looks like to its user. */
data class Face(
    val label: String,
    val icon: Drawable?,
    val isSystem: Boolean,
    val isInstalled: Boolean,
)

/** Knows the apps of this phone by name and picture, and those that were on it. */
fun interface AppDirectory {
    /** How [owner] looks; null stands for flows of which the owner is not known. It may wait: ask away from the main thread. */
    fun describe(owner: Owner?): Face
}
