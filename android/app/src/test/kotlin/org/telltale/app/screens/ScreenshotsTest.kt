package org.telltale.app.screens

import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.ParameterizedRobolectricTestRunner
import org.robolectric.ParameterizedRobolectricTestRunner.Parameters
import org.robolectric.annotation.Config

/** Takes a picture of every screen in every variant, `target/screenshots/SCREEN-VARIANT.png`, and looks for defects. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@Config(sdk = [35])
class ScreenshotsTest(private val screen: Screen, private val variant: Variant) {
    @Test
    fun `nothing is cut off, out of reach or without a label`() {
        variant.apply()
        screen.show()
        val picture = Picture.take()
        picture.writeTo(File("target/screenshots/$screen-${variant.label}.png"))
        val top = picture.windows.last()
        val defects = layoutDefects(top) + accessibilityDefects(top, picture.bitmap)
        assertEquals("", defects.joinToString("\n"))
    }

    companion object {
        @JvmStatic
        @Parameters(name = "{0} {1}")
        fun all(): List<Array<Any>> = SCREENS.flatMap { screen -> Variant.entries.map { arrayOf(screen, it) } }
    }
}
