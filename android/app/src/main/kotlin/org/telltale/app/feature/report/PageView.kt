package org.telltale.app.feature.report

import android.webkit.WebResourceRequest
import android.webkit.WebResourceResponse
import android.webkit.WebSettings
import android.webkit.WebView
import android.webkit.WebViewClient

/**
 * Shows a page of the app's own, and nothing else. It is drawn in here and not handed to a browser: that of the phone
 * may be the very app that the page is about, and whoever opens a page may tell of it. So nothing is fetched, run or
 * followed: the page itself forbids it, and the view does, whatever the page says.
 */
object PageView {
    fun show(view: WebView, page: String) {
        view.settings.confine()
        view.webViewClient = Nowhere
        view.loadDataWithBaseURL(null, page, "text/html", "utf-8", null)
    }

    private fun WebSettings.confine() {
        javaScriptEnabled = false
        blockNetworkLoads = true
        allowFileAccess = false
        allowContentAccess = false
        cacheMode = WebSettings.LOAD_NO_CACHE
        // It would ask Google about addresses, of which there are none.
        safeBrowsingEnabled = false
        builtInZoomControls = true
        displayZoomControls = false
    }

    private object Nowhere : WebViewClient() {
        override fun shouldOverrideUrlLoading(view: WebView, request: WebResourceRequest) = true

        override fun shouldInterceptRequest(view: WebView, request: WebResourceRequest): WebResourceResponse? {
            // The page itself comes as data.
            if (request.url.scheme == "data") return null
            return WebResourceResponse("text/plain", "utf-8", "".byteInputStream())
        }
    }
}
