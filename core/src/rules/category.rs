//! What hosts are for, and which purposes count as tracking.

use serde::Deserialize;

/// The purpose of a host, as the catalogue writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Category {
    Account,
    Ads,
    Analytics,
    Browser,
    Cdn,
    CloudSync,
    Config,
    ConnectivityCheck,
    Content,
    Crash,
    Iot,
    Location,
    Push,
    Root,
    Security,
    Update,
}

/// What a category means for a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Takes data about behaviour that nobody asked it to take: a finding.
    Tracking,
    /// Serves something that was asked for, or that the phone cannot do without: shown, not flagged.
    Expected,
    /// A registrable domain: names the party and says nothing of the purpose.
    PartyOnly,
}

impl Category {
    /// The list of tracking categories is the product's promise, so each has its reason.
    pub(super) fn meaning(self) -> Meaning {
        match self {
            // Taking note of behaviour is all that they are for.
            Self::Analytics => Meaning::Tracking,
            // Requests for advertising carry the advertising identifier and what was shown and touched.
            Self::Ads => Meaning::Tracking,
            // What an app was doing when it failed leaves unasked, with an identifier of the device.
            Self::Crash => Meaning::Tracking,

            // Asked for by whoever holds the phone.
            Self::Account | Self::Browser | Self::CloudSync | Self::Content | Self::Iot | Self::Push => {
                Meaning::Expected
            }
            // Upkeep of the phone. Settings arrive here, also those of tracking libraries; behaviour does not leave.
            Self::Config | Self::ConnectivityCheck | Self::Security | Self::Update => Meaning::Expected,
            // Answers "where am I" from what radio is around; goes with using a location.
            Self::Location => Meaning::Expected,
            // Files on shared servers.
            Self::Cdn => Meaning::Expected,

            Self::Root => Meaning::PartyOnly,
        }
    }

    /// The word in the catalogue, in JSON and in the store.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Ads => "ads",
            Self::Analytics => "analytics",
            Self::Browser => "browser",
            Self::Cdn => "cdn",
            Self::CloudSync => "cloud-sync",
            Self::Config => "config",
            Self::ConnectivityCheck => "connectivity-check",
            Self::Content => "content",
            Self::Crash => "crash",
            Self::Iot => "iot",
            Self::Location => "location",
            Self::Push => "push",
            Self::Root => "root",
            Self::Security => "security",
            Self::Update => "update",
        }
    }
}
