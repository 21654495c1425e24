package org.telltale.app

import java.time.Clock
import org.telltale.app.apps.AppDirectory
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
    val apps: AppDirectory,
    val clock: Clock = Clock.systemDefaultZone(),
)
