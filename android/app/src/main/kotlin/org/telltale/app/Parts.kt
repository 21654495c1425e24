package org.telltale.app

import org.telltale.app.engine.Background
import org.telltale.app.engine.Engine
import org.telltale.app.engine.Records
import org.telltale.app.engine.Rulebook

/** What the screens and the service share; a test brings its own. */
class Parts(
    val engine: Engine,
    val records: Records,
    val rulebook: Rulebook,
    val background: Background,
)
