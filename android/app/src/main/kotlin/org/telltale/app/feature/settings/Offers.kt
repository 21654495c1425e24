package org.telltale.app.feature.settings

/** What can be chosen from; a value of old that is not among them stays to be chosen. */
object Offers {
    private val FLOW_DAYS = listOf(7, 30, 90, 365)
    private val FINDING_DAYS = listOf(30, 90, 365, 1_095)
    private val SIZES = listOf(100_000_000L, 500_000_000L, 1_000_000_000L, 2_000_000_000L)

    /** Days for which single connections are kept. */
    fun flowDays(current: Int): List<Int> = with(FLOW_DAYS, current)

    /** Days for which findings are kept. */
    fun findingDays(current: Int): List<Int> = with(FINDING_DAYS, current)

    /** Bytes that the record may take. */
    fun sizes(current: Long): List<Long> = with(SIZES, current)

    private fun <T : Comparable<T>> with(offers: List<T>, current: T) = (offers + current).distinct().sorted()
}
