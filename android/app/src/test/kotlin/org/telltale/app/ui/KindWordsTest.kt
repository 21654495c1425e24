package org.telltale.app.ui

import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class KindWordsTest {
    private val words = KindWords(RuntimeEnvironment.getApplication().resources)

    @Test
    fun `every kind of the decoder has a name`() {
        val source = File("../core/src/decode/personal/kind.rs").readText()
        val names = Regex("""\(\s*"([a-z-]+)",\s*"([^"]+)",""").findAll(source).associate { it.groupValues[1] to it.groupValues[2] }
        assertEquals(27, names.size)
        assertEquals(names, KindWords.NAMES.keys.associateWith(words::name))
    }

    @Test
    fun `what tells most comes first, and each kind once`() {
        val kinds = listOf("phone-model", "imei", "visited-address", "imei", "of-the-future")
        assertEquals(listOf("address visited", "IMEI", "phone model", "of-the-future"), words.names(kinds))
    }

    @Test
    fun `of many kinds the first are told, and how many more there are`() {
        val format = Format(RuntimeEnvironment.getApplication())
        val kinds = KindWords.NAMES.keys.take(8)
        assertEquals(words.names(kinds).take(5) + "+3", words.tags(kinds, format))
        assertEquals("one more takes no more room than its name", words.names(kinds.take(6)), words.tags(kinds.take(6), format))
    }
}
