package com.google.android.material.button

import android.content.Context
import android.widget.Button

/** The accessibility framework asks whether a view is one of these; none is. */
class MaterialButton(context: Context) : Button(context)
