package org.telltale.app.settings

import android.content.SharedPreferences

/** Preferences that last as long as the object. */
class MemoryPreferences(private val values: MutableMap<String, Any> = mutableMapOf()) : SharedPreferences {
    override fun getAll(): Map<String, *> = values

    override fun contains(key: String) = key in values

    override fun getString(key: String, default: String?) = values[key] as String? ?: default

    @Suppress("UNCHECKED_CAST")
    override fun getStringSet(key: String, default: Set<String>?) = values[key] as Set<String>? ?: default

    override fun getInt(key: String, default: Int) = values[key] as Int? ?: default

    override fun getLong(key: String, default: Long) = values[key] as Long? ?: default

    override fun getFloat(key: String, default: Float) = values[key] as Float? ?: default

    override fun getBoolean(key: String, default: Boolean) = values[key] as Boolean? ?: default

    override fun edit(): SharedPreferences.Editor = Editor()

    override fun registerOnSharedPreferenceChangeListener(
        listener: SharedPreferences.OnSharedPreferenceChangeListener,
    ) = Unit

    override fun unregisterOnSharedPreferenceChangeListener(
        listener: SharedPreferences.OnSharedPreferenceChangeListener,
    ) = Unit

    private inner class Editor : SharedPreferences.Editor {
        private val changes = mutableListOf<() -> Unit>()

        override fun putString(key: String, value: String?) = put(key, value)

        override fun putStringSet(key: String, value: Set<String>?) = put(key, value?.toSet())

        override fun putInt(key: String, value: Int) = put(key, value)

        override fun putLong(key: String, value: Long) = put(key, value)

        override fun putFloat(key: String, value: Float) = put(key, value)

        override fun putBoolean(key: String, value: Boolean) = put(key, value)

        override fun remove(key: String) = put(key, null)

        override fun clear() = apply { changes += values::clear }

        override fun commit(): Boolean {
            apply()
            return true
        }

        override fun apply() = changes.forEach { it() }

        private fun put(key: String, value: Any?): SharedPreferences.Editor {
            changes += { if (value == null) values.remove(key) else values[key] = value }
            return this
        }
    }
}
