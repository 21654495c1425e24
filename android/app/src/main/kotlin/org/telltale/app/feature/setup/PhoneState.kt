package org.telltale.app.feature.setup

import org.telltale.app.vpn.AlwaysOn
import org.telltale.app.vpn.PrivateDns

/** What the set-up check goes by, as the phone tells it. */
data class PhoneState(
    val hasConsent: Boolean,
    /** A VPN runs, and it is not this one. */
    val hasOtherVpn: Boolean,
    val showsNotifications: Boolean,
    /** The system may stop the app to save energy. */
    val isOptimised: Boolean,
    /** The owner has forbidden the app to run in the background. */
    val isRestricted: Boolean,
    /** The maker is one who stops apps by rules of its own, that no app can read. */
    val isXiaomi: Boolean,
    /** Null where it is not known: before Android 10, and until the service has run. */
    val alwaysOn: AlwaysOn?,
    val privateDns: PrivateDns,
    /** Work profiles, copies of apps, a second space: the system keeps their traffic apart. */
    val hasOtherProfiles: Boolean,
)
