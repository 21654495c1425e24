package org.telltale.app.control

import android.content.Intent
import org.junit.Assert.assertEquals
import org.junit.Test
import org.telltale.app.settings.Choices

class BootReceiverTest {
    private val wanted = Choices(wantsWatch = true)

    @Test
    fun `a watch that ran goes on after a start of the phone, unless the owner does not want that`() {
        assertEquals(true, BootReceiver.goesOn(Intent.ACTION_BOOT_COMPLETED, wanted))
        assertEquals(false, BootReceiver.goesOn(Intent.ACTION_BOOT_COMPLETED, wanted.copy(startsAtBoot = false)))
        assertEquals(false, BootReceiver.goesOn(Intent.ACTION_BOOT_COMPLETED, wanted.copy(wantsWatch = false)))
    }

    @Test
    fun `an update of the app is no start of the phone`() {
        assertEquals(true, BootReceiver.goesOn(Intent.ACTION_MY_PACKAGE_REPLACED, wanted.copy(startsAtBoot = false)))
        assertEquals(false, BootReceiver.goesOn(Intent.ACTION_MY_PACKAGE_REPLACED, Choices()))
    }

    @Test
    fun `whoever sends something else is not obeyed`() {
        assertEquals(false, BootReceiver.goesOn(Intent.ACTION_MAIN, wanted))
        assertEquals(false, BootReceiver.goesOn(null, wanted))
    }
}
