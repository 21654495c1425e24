package org.telltale.app.feature.about

/** The keys of all public sources that the app rests on, in the order in which they are told. */
object Sources {
    const val KEYS = "APK-OT;APK-MA;APK-MS;APK-ZE;APK-CC;APK-MC;APK-MP;APK-UL;APK-UM;XMSF;JS-OT;SA-JS;SA-SDK;SA-WEB;" +
        "LOG26;LOGP;WEB;PAL;FB;MI;SNL;TT;NKSC;LE21;KH17;MB16;ND;V2;GB;PF;H26;H24;UF;AG;AW;TC;EX;XR;DD;DC;IPDB;DBIP"
}
