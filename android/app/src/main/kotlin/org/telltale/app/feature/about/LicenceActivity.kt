package org.telltale.app.feature.about

import android.os.Bundle
import android.widget.TextView
import org.telltale.app.R
import org.telltale.app.Screens
import org.telltale.app.ui.BaseActivity
import org.telltale.app.ui.TopBar

/** The text of a licence, in the language of its authors. */
class LicenceActivity : BaseActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        show(R.layout.licence)
        val licence = Screens.licenceOf(intent)
        view<TopBar>(R.id.bar).apply {
            title = licence.id
            leads(this@LicenceActivity)
        }
        view<TextView>(R.id.licence_text).text = licence.read(resources)
    }
}
