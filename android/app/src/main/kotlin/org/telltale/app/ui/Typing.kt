package org.telltale.app.ui

import android.text.Editable
import android.text.TextWatcher

/** Tells [typed] of each change of a text. */
class Typing(private val typed: (String) -> Unit) : TextWatcher {
    override fun beforeTextChanged(text: CharSequence, start: Int, count: Int, after: Int) = Unit

    override fun onTextChanged(text: CharSequence, start: Int, before: Int, count: Int) = Unit

    override fun afterTextChanged(text: Editable) = typed(text.toString())
}
