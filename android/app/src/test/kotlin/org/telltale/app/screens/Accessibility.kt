package org.telltale.app.screens

import android.graphics.Bitmap
import android.view.View
import com.google.android.apps.common.testing.accessibility.framework.AccessibilityCheckPreset
import com.google.android.apps.common.testing.accessibility.framework.AccessibilityCheckResult.AccessibilityCheckResultType
import com.google.android.apps.common.testing.accessibility.framework.Parameters
import com.google.android.apps.common.testing.accessibility.framework.uielement.AccessibilityHierarchyAndroid
import com.google.android.apps.common.testing.accessibility.framework.utils.contrast.BitmapImage
import java.util.Locale

/** What Google's accessibility checks call an error in [window], which looks like [bitmap]. */
fun accessibilityDefects(window: View, bitmap: Bitmap): List<String> {
    val hierarchy = AccessibilityHierarchyAndroid.newBuilder(window).build()
    val parameters = Parameters().apply { putScreenCapture(BitmapImage(bitmap)) }
    return AccessibilityCheckPreset.getAccessibilityHierarchyChecksForPreset(AccessibilityCheckPreset.LATEST)
        .flatMap { it.runCheckOnHierarchy(hierarchy, null, parameters) }
        .filter { it.type == AccessibilityCheckResultType.ERROR }
        .map { result ->
            val what = result.element?.let { "${it.resourceName ?: it.className} \"${it.text ?: it.contentDescription ?: ""}\"" }
            "${result.sourceCheckClass.simpleName}: ${result.getMessage(Locale.ENGLISH)} $what"
        }
}
