package org.telltale.app.vpn

/** Whether the system keeps the watch running, and blocks all connections without it. */
data class AlwaysOn(val isOn: Boolean, val blocksWithout: Boolean)
