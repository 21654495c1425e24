package org.telltale.app.feature.claims

import android.app.Activity
import android.content.Intent
import android.content.pm.PackageInfo
import android.widget.ListView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.engine.ClaimId
import org.telltale.app.engine.Query
import org.telltale.app.feature.host.HostActivity
import org.telltale.app.sample.SampleWeek
import org.telltale.app.screens.open
import org.telltale.app.screens.shows
import org.telltale.app.screens.start
import org.telltale.app.screens.useParts
import org.telltale.app.screens.view

/** Over the record that the core's example writes. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 35], qualifiers = "w411dp-h4000dp")
class ClaimsActivityTest {
    private val app = useParts()

    @Test
    fun `what was shown stands first, and each group says how many there are`() {
        val screen = start(Screens.claims(app))
        for (heading in listOf("Shown on this phone · 8", "Shown otherwise · 1", "Not decided · 2", "Not seen · 1")) {
            assertTrue(heading, screen.shows(heading))
        }
        assertTrue(screen.shows("8 of these claims are confirmed on this phone"))
    }

    @Test
    fun `from the list by the claim to the host that speaks for it`() {
        val claim = follow(start(Screens.claims(app)), "every address that is visited")
        assertEquals("C1", Screens.claimOf(claim.intent))
        for (text in listOf("confirmed", "Read in 12 unencrypted requests", "What Xiaomi answered", "FB", "Not seen never means")) {
            assertTrue(text, claim.shows(text))
        }
        assertEquals("sa.api.intl.miui.com", Screens.evidenceScopeOf(follow(claim, "Read what was sent").intent).host)
        assertTrue(follow(claim, "sa.\u200Bapi.") is HostActivity)
    }

    @Test
    fun `a source is opened where the owner opens pages`() {
        val claim = start(Screens.claim(app, "C1"))
        val opened = touch(claim, "Link(address=https://www.security.nl/posting/655307)")
        assertEquals(Intent.ACTION_VIEW to "https://www.security.nl/posting/655307", opened.action to opened.dataString)
    }

    @Test
    fun `the version that is installed is told`() {
        shadowOf(app.packageManager).installPackage(
            PackageInfo().apply {
                packageName = SampleWeek.BROWSER
                versionName = "12.1.4-g"
            },
        )
        assertTrue(start(Screens.claim(app, "C1")).shows("12.1.4-g"))
    }

    @Test
    fun `an experiment that was done is told and opened, and another can be tried`() {
        val claim = start(Screens.claim(app, "C2"))
        assertTrue(claim.shows("An experiment shows it.") && claim.shows("Finished"))
        assertTrue(Screens.experimentIdOf(touch(claim, "Trial(id=")) > 0)
        assertEquals(ClaimId.C2, Screens.triedClaimOf(touch(claim, "target=Try")))
    }

    @Test
    fun `a phone that was never watched says so`() {
        useParts(SampleWeek.nothing())
        assertTrue(start(Screens.claims(app)).shows(app.getString(R.string.home_never_watched)))
    }

    @Test
    fun `translations rest on the words of the core`() {
        for (claim in app.parts.records.claims(Query())) {
            val texts = ClaimTexts.of(claim.id)
            assertNotNull(claim.id, texts)
            checkNotNull(texts)
            assertEquals(claim.reported.text, app.getString(texts.reported))
            assertEquals(claim.reply.text, app.getString(texts.reply))
            val says = app.getString(texts.says).removePrefix("Xiaomi: ")
            assertEquals(claim.says, says)
        }
    }

    private fun follow(screen: Activity, row: String): Activity = screen.open(screen.view(R.id.content), row)

    /** What touching the line whose item says [item] asks for. */
    private fun touch(screen: Activity, item: String): Intent {
        val list = screen.view<ListView>(R.id.content)
        val row = (0 until list.count).first { item in "${list.getItemAtPosition(it)}" }
        list.performItemClick(null, row, list.getItemIdAtPosition(row))
        return shadowOf(screen).nextStartedActivity
    }
}
