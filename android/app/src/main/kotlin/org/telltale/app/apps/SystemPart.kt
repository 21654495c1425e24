package org.telltale.app.apps

import org.telltale.app.R

/** Parts of the system that have a uid but no app: `android_filesystem_config.h` of Android's sources. */
enum class SystemPart(val id: Int, val label: Int) {
    KERNEL(0, R.string.system_kernel),
    SYSTEM(1000, R.string.system_itself),
    TELEPHONY(1001, R.string.system_telephony),
    BLUETOOTH(1002, R.string.system_bluetooth),
    WIFI(1010, R.string.system_wifi),
    MEDIA(1013, R.string.system_media),
    DHCP(1014, R.string.system_dhcp),
    LOCATION(1021, R.string.system_location),
    RESOLVER(1051, R.string.system_resolver),
    NETWORK(1073, R.string.system_network),
    SHELL(2000, R.string.system_shell),
}
