package org.telltale.app.screens

import org.robolectric.RuntimeEnvironment

/** A phone in somebody's hand: each screen is looked at on every one of them. */
enum class Variant(private val qualifiers: String, private val fontScale: Float = 1f) {
    LIGHT("en-rUS-w411dp-h891dp-port-notnight-xhdpi"),
    NIGHT("en-rUS-w411dp-h891dp-port-night-xhdpi"),
    CHINESE("zh-rCN-w411dp-h891dp-port-notnight-xhdpi"),
    HINDI("hi-rIN-w411dp-h891dp-port-night-xhdpi"),
    GERMAN("de-rDE-w360dp-h640dp-port-notnight-xhdpi"),

    /** The app has no Arabic texts: this is about directions. */
    RIGHT_TO_LEFT("ar-rEG-ldrtl-w411dp-h891dp-port-notnight-xhdpi"),
    LARGE_TEXT("en-rUS-w360dp-h740dp-port-notnight-xhdpi", fontScale = 2f),
    SMALL("en-rUS-w320dp-h534dp-port-notnight-hdpi"),
    LANDSCAPE("en-rUS-w740dp-h360dp-land-night-xhdpi"),
    TABLET("en-rUS-sw800dp-w1280dp-h800dp-land-notnight-mdpi");

    /** Puts the phone into this state; before anything is shown. */
    fun apply() {
        RuntimeEnvironment.setQualifiers(qualifiers)
        RuntimeEnvironment.setFontScale(fontScale)
    }

    /** How it is called in the name of a file. */
    val label: String get() = name.lowercase().replace('_', '-')
}
