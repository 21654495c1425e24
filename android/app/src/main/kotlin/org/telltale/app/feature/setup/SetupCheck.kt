package org.telltale.app.feature.setup

import android.content.Intent
import org.telltale.app.R
import org.telltale.app.vpn.PrivateDns

/** Decides what the owner is told about the phone's settings. */
class SetupCheck(private val pages: Pages) {
    /** What there is to say, what matters most first. Things that do not concern this phone are left out. */
    fun items(phone: PhoneState): List<SetupItem> = listOfNotNull(
        consent(phone),
        otherVpn(phone),
        notifications(phone),
        battery(phone),
        background(phone),
        autostart(phone),
        alwaysOn(phone),
        privateDns(phone),
        profiles(phone),
    )

    private fun consent(phone: PhoneState) = SetupId.CONSENT.run {
        if (phone.hasConsent) ok(R.string.setup_consent, R.string.setup_consent_ok)
        else action(R.string.setup_consent, R.string.setup_consent_missing, pages.consent())
    }

    private fun otherVpn(phone: PhoneState) = SetupId.OTHER_VPN.run {
        if (phone.hasOtherVpn) action(R.string.setup_other_vpn, R.string.setup_other_vpn_on, pages.vpns()) else null
    }

    private fun notifications(phone: PhoneState) = SetupId.NOTIFICATIONS.run {
        if (phone.showsNotifications) ok(R.string.setup_notifications, R.string.setup_notifications_ok)
        else action(R.string.setup_notifications, R.string.setup_notifications_off, pages.notifications())
    }

    private fun battery(phone: PhoneState) = SetupId.BATTERY.run {
        if (phone.isOptimised) action(R.string.setup_battery, R.string.setup_battery_on, pages.battery())
        else ok(R.string.setup_battery, R.string.setup_battery_ok)
    }

    private fun background(phone: PhoneState) = SetupId.BACKGROUND.run {
        val title = R.string.setup_background
        when {
            phone.isRestricted -> action(title, R.string.setup_background_restricted, pages.app())
            !phone.isXiaomi -> null
            else -> unknown(title, R.string.setup_background_xiaomi, pages.xiaomiBattery() ?: pages.app())
        }
    }

    private fun autostart(phone: PhoneState) = SetupId.AUTOSTART.run {
        val page = pages.xiaomiAutostart() ?: pages.app()
        if (phone.isXiaomi) unknown(R.string.setup_autostart, R.string.setup_autostart_xiaomi, page) else null
    }

    private fun alwaysOn(phone: PhoneState) = SetupId.ALWAYS_ON.run {
        val title = R.string.setup_always_on
        when {
            phone.alwaysOn == null -> unknown(title, R.string.setup_always_on_unknown, pages.vpns())
            phone.alwaysOn.blocksWithout -> ok(title, R.string.setup_always_on_blocks, pages.vpns())
            phone.alwaysOn.isOn -> ok(title, R.string.setup_always_on_ok, pages.vpns())
            else -> action(title, R.string.setup_always_on_off, pages.vpns())
        }
    }

    private fun privateDns(phone: PhoneState) = SetupId.PRIVATE_DNS.run {
        val title = R.string.setup_private_dns
        when (val dns = phone.privateDns) {
            is PrivateDns.Off -> ok(title, R.string.setup_private_dns_ok)
            is PrivateDns.Automatic -> action(title, R.string.setup_private_dns_automatic, pages.network())
            is PrivateDns.Named ->
                action(title, R.string.setup_private_dns_named, pages.network()).copy(detail = dns.host)
        }
    }

    private fun profiles(phone: PhoneState) = SetupId.PROFILES.run {
        if (phone.hasOtherProfiles) unknown(R.string.setup_profiles, R.string.setup_profiles_some, page = null) else null
    }

    private fun SetupId.ok(title: Int, text: Int, page: Intent? = null) =
        SetupItem(this, SetupStatus.OK, title, text, page = page)

    private fun SetupId.action(title: Int, text: Int, page: Intent?) =
        SetupItem(this, SetupStatus.ACTION, title, text, page = page)

    private fun SetupId.unknown(title: Int, text: Int, page: Intent?) =
        SetupItem(this, SetupStatus.UNKNOWN, title, text, page = page)
}
