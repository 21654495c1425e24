package org.telltale.app.screens

import org.telltale.app.feature.first.FirstRunActivity

/** Every screen that a person can get to, in the states that look different. A new one is one more line. */
val SCREENS = listOf(
    Screen("first-run") { start<FirstRunActivity>() },
) + TIMELINE_SCREENS
