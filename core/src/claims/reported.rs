//! The claims as they were made, and the answers to them. Citations are keys of `docs/sources.md`.

use serde::Serialize;

use crate::decode::PersonalKind;
use crate::experiment::Claim;

/// A claim as it was made in public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reported {
    /// What was reported, and by whom.
    pub reported: &'static str,
    /// Keys of sources, joined by `;`.
    pub reported_in: &'static str,
    /// What Xiaomi answered.
    pub reply: &'static str,
    /// Keys of sources, joined by `;`.
    pub replied_in: &'static str,
    /// The packages that it is about; empty: all. Names as in
    /// <https://github.com/Universal-Debloater-Alliance/universal-android-debloater-next-generation>.
    #[serde(skip)]
    pub(super) apps: &'static [&'static str],
    /// What an upload says that shows it.
    #[serde(skip)]
    pub(super) shown_by: &'static [PersonalKind],
    /// Also if another app carries it: the kind says by itself where it comes from.
    #[serde(skip)]
    pub(super) by_relays: bool,
}

const BROWSERS: &[&str] = &["com.android.browser", "com.mi.globalbrowser", "com.mi.globalbrowser.mini"];
const SEARCHERS: &[&str] =
    &["com.android.browser", "com.mi.globalbrowser", "com.mi.globalbrowser.mini", "com.mi.appfinder"];
const FEEDS: &[&str] = &[
    "com.mi.globalminusscreen",
    "com.mi.android.globalminusscreen",
    "com.miui.personalassistant",
    "com.miui.newhome",
];
const SHELLS: &[&str] = &[
    "com.miui.home",
    "com.mi.android.globallauncher",
    "com.android.systemui",
    "com.android.settings",
    "com.mi.android.globalFileexplorer",
    "com.android.fileexplorer",
];
const PLAYERS: &[&str] = &["com.miui.player"];

const STATISTICS: &str = "Xiaomi said that it collects aggregated statistics of use, addresses among them to find pages \
    that load slowly, under random tokens, and denied to have done wrong.";
const NO_REPLY: &str =
    "No answer to this in particular was found; Xiaomi spoke of aggregated statistics of use.";

const PLAIN: Reported = Reported {
    reported: "",
    reported_in: "",
    reply: NO_REPLY,
    replied_in: "MI;TT",
    apps: &[],
    shown_by: &[],
    by_relays: false,
};

/// What was claimed and answered.
pub fn reported(claim: Claim) -> Reported {
    match claim {
        Claim::C1 => C1,
        Claim::C2 => C2,
        Claim::C3 => C3,
        Claim::C4 => C4,
        Claim::C5 => C5,
        Claim::C6 => C6,
        Claim::C7 => C7,
        Claim::C8 => C8,
        Claim::C9 => C9,
        Claim::C10 => C10,
        Claim::C11 => C11,
        Claim::C12 => C12,
    }
}

const C1: Reported = Reported {
    reported: "In 2020 Cirlig found on a Redmi Note 8 that the browser recorded every site that was visited; \
        Tierney confirmed it for Mi Browser Pro and Mint Browser, and Palant read it in Mint's code.",
    reported_in: "FB;PAL;SNL",
    reply: STATISTICS,
    apps: BROWSERS,
    shown_by: &[PersonalKind::VisitedAddress],
    by_relays: true,
    ..PLAIN
};

const C2: Reported = Reported {
    reported: "Cirlig and Tierney saw addresses and a lasting identifier sent in incognito mode too; Palant \
        found that only one of four settings of Mint 3.4.3 turns statistics off.",
    reported_in: "FB;SNL;PAL",
    reply: "Xiaomi brought out Mi Browser 12.1.4 and Mint 3.4.3 in May 2020, with a switch for collecting data \
        in incognito mode.",
    replied_in: "MI;PAL",
    apps: BROWSERS,
    ..PLAIN
};

const C3: Reported = Reported {
    reported: "Cirlig saw that queries to Google and DuckDuckGo were recorded, in incognito mode too.",
    reported_in: "FB",
    reply: STATISTICS,
    apps: SEARCHERS,
    shown_by: &[PersonalKind::SearchWords],
    by_relays: true,
    ..PLAIN
};

const C4: Reported = Reported {
    reported: "Cirlig reported that every item of the news feed that was viewed was recorded.",
    reported_in: "FB",
    apps: FEEDS,
    shown_by: &[PersonalKind::PageTitle, PersonalKind::VisitedAddress],
    ..PLAIN
};

const C5: Reported = Reported {
    reported: "Cirlig reported that the phone recorded which folders were opened and which screens were swiped, \
        the status bar and the settings among them.",
    reported_in: "FB",
    apps: SHELLS,
    shown_by: &[PersonalKind::FolderName, PersonalKind::ScreenName],
    ..PLAIN
};

const C6: Reported = Reported {
    reported: "Cirlig reported that the music app collected what was listened to; a report of 2017 saw the \
        player call a tracking host when it was opened.",
    reported_in: "FB;KH17",
    apps: PLAYERS,
    shown_by: &[PersonalKind::MediaTitle],
    by_relays: true,
    ..PLAIN
};

const C7: Reported = Reported {
    reported: "Identifiers of the device and its version of Android went along. Tierney saw the same one in \
        normal and in incognito mode; Palant read in the code that it practically never expires.",
    reported_in: "FB;SNL;PAL",
    reply: "Xiaomi said that the tokens are random and unique, and not tied to a person.",
    ..PLAIN
};

const C8: Reported = Reported {
    reported: "The servers were reported to be in Singapore and Russia, rented by Xiaomi from Alibaba, under \
        domains registered in Beijing. In 2021 Lithuania's cyber security centre found one in Singapore.",
    reported_in: "FB;NKSC",
    ..PLAIN
};

const C9: Reported = Reported {
    reported: "Cirlig could read what was sent because it was only encoded, as base64.",
    reported_in: "FB",
    ..PLAIN
};

const C10: Reported = Reported {
    reported: "Names in the code and of hosts led Cirlig and Palant to Sensors Analytics, a Chinese maker of \
        software that records how apps are used.",
    reported_in: "FB;PAL",
    reply: "Xiaomi said that it runs that server itself, and that no third party gets the data.",
    replied_in: "FB;PAL",
    ..PLAIN
};

const C11: Reported = Reported {
    reported: "Xiaomi says that it collects with consent only. A report of 2017 saw calls for advertisements go \
        on with the switches off, and Liu, Patras and Leith in 2021 telemetry of which none could opt out.",
    reported_in: "MI;KH17;LE21",
    reply: "The claim is Xiaomi's own.",
    replied_in: "MI",
    ..PLAIN
};

const C12: Reported = Reported {
    reported: "Xiaomi says that history is synchronised only when signed in and switched on. Cirlig answered \
        that in incognito mode the Mi account was still sent after signing out.",
    reported_in: "MI;SNL",
    reply: "The claim is Xiaomi's own.",
    replied_in: "MI",
    apps: BROWSERS,
    ..PLAIN
};
