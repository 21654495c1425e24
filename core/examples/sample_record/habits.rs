//! What the apps of the phone do all week: who, to whom, how often, how much.

use telltale_core::event::Provenance::{self, *};
use telltale_core::event::{Application, Hidden};

pub(crate) const BROWSER: &str = "com.mi.globalbrowser";

/// When in the day an app does what it does, as the first hour and the hour after the last.
pub(crate) type Hours = (u8, u8);
const ALL_DAY: Hours = (0, 24);
const AWAKE: Hours = (7, 23);
const EVENING: Hours = (18, 23);

/// A uid with its packages.
pub(crate) struct App {
    pub(crate) uid: u32,
    pub(crate) packages: &'static [&'static str],
    pub(crate) habits: &'static [Habit],
}

/// One kind of flow that an app makes again and again.
#[derive(Clone, Copy)]
pub(crate) struct Habit {
    pub(crate) host: Option<&'static str>,
    pub(crate) provenance: Provenance,
    pub(crate) a_day: u32,
    pub(crate) bytes_up: u32,
    pub(crate) bytes_down: u32,
    pub(crate) hours: Hours,
    pub(crate) kind: Kind,
}

/// What is special about a flow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    /// The outer name may hide another.
    Ech,
    Hidden(Hidden, Application),
    /// A look-up that could be read.
    LookUp,
    /// To a server of Alibaba Cloud: somebody's, nobody knows whose.
    AtAlibaba,
}

const fn to(host: &'static str, a_day: u32, (bytes_up, bytes_down): (u32, u32), hours: Hours) -> Habit {
    Habit { host: Some(host), provenance: TlsSni, a_day, bytes_up, bytes_down, hours, kind: Kind::Plain }
}

const fn known_by(provenance: Provenance, habit: Habit) -> Habit {
    Habit { provenance, ..habit }
}

const fn of_kind(kind: Kind, habit: Habit) -> Habit {
    Habit { kind, ..habit }
}

const fn unnamed(a_day: u32, kind: Kind) -> Habit {
    Habit { host: None, ..of_kind(kind, to("", a_day, (900, 4_000), ALL_DAY)) }
}

/// A batch of events: much goes up, next to nothing comes down.
const REPORT: (u32, u32) = (4_800, 420);
const QUESTION: (u32, u32) = (1_100, 3_600);
const PAGE: (u32, u32) = (6_000, 240_000);
const MEDIA: (u32, u32) = (9_000, 2_400_000);

/// Packages as they are named on phones of Xiaomi's, and a few that anybody may have.
pub(crate) const APPS: &[App] = &[
    App {
        uid: 10_054,
        packages: &["com.miui.analytics"],
        habits: &[
            to("tracking.intl.miui.com", 38, REPORT, ALL_DAY),
            to("sdkconfig.intl.xiaomi.com", 3, QUESTION, ALL_DAY),
        ],
    },
    App {
        uid: 10_081,
        packages: &[BROWSER],
        habits: &[
            to("sa.api.intl.miui.com", 27, REPORT, AWAKE),
            to("tracking.intl.miui.com", 9, REPORT, EVENING),
            to("data.mistat.intl.xiaomi.com", 6, (2_100, 300), AWAKE),
            to("api.brs.intl.miui.com", 5, QUESTION, AWAKE),
            to("newsfeed.api.intl.miui.com", 8, PAGE, EVENING),
            known_by(QuicSni, to("duckduckgo.com", 11, PAGE, EVENING)),
            to("en.wikipedia.org", 14, PAGE, EVENING),
        ],
    },
    App {
        uid: 10_066,
        packages: &["com.miui.msa.global"],
        habits: &[
            to("api.ad.intl.xiaomi.com", 19, QUESTION, AWAKE),
            to("globalapi.ad.xiaomi.com", 6, QUESTION, ALL_DAY),
            to("sdkconfig.ad.intl.xiaomi.com", 5, QUESTION, ALL_DAY),
        ],
    },
    App {
        uid: 10_072,
        packages: &["com.xiaomi.xmsf"],
        habits: &[
            known_by(MiPush, to("app.chat.global.xiaomi.net", 12, (2_400, 3_100), ALL_DAY)),
            to("resolver.msg.global.xiaomi.net", 2, QUESTION, ALL_DAY),
            to("data.mistat.intl.xiaomi.com", 4, (2_100, 300), ALL_DAY),
        ],
    },
    App {
        uid: 1_000,
        packages: &[
            "android",
            "com.android.settings",
            "com.miui.daemon",
            "com.miui.securitycenter",
            "com.xiaomi.finddevice",
        ],
        habits: &[
            known_by(HttpHost, to("connect.rom.miui.com", 6, (160, 190), ALL_DAY)),
            to("tracking.intl.miui.com", 7, REPORT, ALL_DAY),
            to("update.intl.miui.com", 2, QUESTION, ALL_DAY),
            to("account.xiaomi.com", 1, QUESTION, AWAKE),
            to("i.mi.com", 2, PAGE, ALL_DAY),
        ],
    },
    App {
        uid: 10_123,
        packages: &["com.miui.player"],
        habits: &[
            known_by(Dns, to("tracking.intl.miui.com", 3, REPORT, EVENING)),
            to("api.ad.intl.xiaomi.com", 2, QUESTION, EVENING),
        ],
    },
    App {
        uid: 10_140,
        packages: &["com.UCMobile.intl"],
        habits: &[known_by(HttpHost, to("ulogs.umeng.com", 12, REPORT, AWAKE)), unnamed(4, Kind::AtAlibaba)],
    },
    App {
        uid: 10_171,
        packages: &["com.example.radar.weather"],
        habits: &[known_by(Dns, to("sdk-api.sensorsdata.cn", 3, REPORT, AWAKE))],
    },
    App {
        uid: 10_155,
        packages: &["com.google.android.gms", "com.google.android.gsf"],
        habits: &[
            known_by(QuicSni, to("play.googleapis.com", 24, QUESTION, ALL_DAY)),
            to("android.apis.google.com", 9, QUESTION, ALL_DAY),
        ],
    },
    App {
        uid: 10_151,
        packages: &["org.thoughtcrime.securesms"],
        habits: &[
            to("chat.signal.org", 21, (3_200, 5_400), AWAKE),
            known_by(QuicSni, to("cdn2.signal.org", 6, MEDIA, EVENING)),
        ],
    },
    App {
        uid: 10_160,
        packages: &["org.mozilla.firefox"],
        habits: &[
            of_kind(Kind::Ech, to("cloudflare-ech.com", 9, PAGE, EVENING)),
            of_kind(
                Kind::Hidden(Hidden::LookUps, Application::DnsOverHttps),
                to("mozilla.cloudflare-dns.com", 5, (2_000, 4_000), EVENING),
            ),
        ],
    },
    App {
        uid: 10_180,
        packages: &["de.danoeh.antennapod"],
        habits: &[
            to("media.example.org", 9, MEDIA, AWAKE),
            unnamed(2, Kind::Hidden(Hidden::Hello, Application::Quic)),
        ],
    },
];

/// Flows of which the phone did not say whose they were.
pub(crate) const NOBODY: &[Habit] = &[
    of_kind(Kind::LookUp, to("tracking.intl.miui.com", 30, (48, 120), ALL_DAY)),
    known_by(Certificate, to("sa.api.intl.miui.com", 2, REPORT, AWAKE)),
    unnamed(3, Kind::Plain),
];
