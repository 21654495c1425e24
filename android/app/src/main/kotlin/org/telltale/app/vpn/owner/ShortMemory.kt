package org.telltale.app.vpn.owner

/** Remembers the latest [size] answers, each for [lifetimeMillis] of [clock]. What was not answered is asked again. */
internal class ShortMemory<K, V : Any>(
    private val lifetimeMillis: Long,
    private val size: Int,
    private val clock: () -> Long,
) {
    private class Answer<V>(val value: V, val until: Long)

    private val answers = object : LinkedHashMap<K, Answer<V>>() {
        override fun removeEldestEntry(eldest: Map.Entry<K, Answer<V>>) = size > this@ShortMemory.size
    }

    /** What is remembered of [key], or else what [ask] says. */
    fun get(key: K, ask: () -> V?): V? {
        val now = clock()
        answers[key]?.takeIf { now < it.until }?.let { return it.value }
        answers.remove(key)
        return ask()?.also { answers[key] = Answer(it, now + lifetimeMillis) }
    }
}
