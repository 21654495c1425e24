package org.telltale.app.feature.leftout

import java.util.concurrent.Executor
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config
import org.telltale.app.engine.Background
import org.telltale.app.settings.Settings

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class LeftOutModelTest {
    private val settings = Settings.of(RuntimeEnvironment.getApplication()).apply {
        change { it.copy(excludedApps = setOf("z", "gone")) }
    }
    private val packages = InstalledPackages { listOf(app("b", "Browser"), app("a", "atlas"), app("z", "Zebra")) }
    private val background = Executor(Runnable::run).let { Background(it, it) }
    private val model = LeftOutModel(packages, settings, background).apply { watch {} }

    @Test
    fun `those left out stand first, also when they are not on the phone any more`() {
        assertEquals(listOf("gone", "z", "a", "b"), shown())
    }

    @Test
    fun `a line stays where it is when it is touched`() {
        model.toggle("b")
        assertEquals(setOf("z", "gone", "b"), settings.current.excludedApps)
        assertEquals(setOf("z", "gone", "b"), model.state.leftOut)
        assertEquals(listOf("gone", "z", "a", "b"), shown())
        model.toggle("z")
        assertEquals(setOf("gone", "b"), settings.current.excludedApps)
        assertEquals(listOf("gone", "z", "a", "b"), shown())
    }

    @Test
    fun `the search goes by name and by package`() {
        model.search(" ATL ")
        assertEquals(listOf("a"), shown())
        model.search("z")
        assertEquals(listOf("z"), shown())
        model.search("")
        assertEquals(4, shown().size)
    }

    private fun shown() = model.state.shown.map { it.packageName }

    private fun app(name: String, label: String) = Candidate(name, label, icon = null, isSystem = false)
}
