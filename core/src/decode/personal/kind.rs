//! What can be said of a person or a device.

use serde::{Deserialize, Serialize};

/// What a personal value says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonalKind {
    VisitedAddress,
    SearchWords,
    PageTitle,
    MediaTitle,
    FolderName,
    ScreenName,
    AndroidId,
    Oaid,
    Gaid,
    Imei,
    ImeiHash,
    Serial,
    Mac,
    Bssid,
    WifiName,
    IpAddress,
    StableId,
    AccountId,
    PhoneNumber,
    Email,
    Location,
    Operator,
    InstalledApps,
    PhoneModel,
    AndroidVersion,
    RomVersion,
    ActionTime,
}

impl PersonalKind {
    pub const ALL: [Self; 27] = [
        Self::VisitedAddress,
        Self::SearchWords,
        Self::PageTitle,
        Self::MediaTitle,
        Self::FolderName,
        Self::ScreenName,
        Self::AndroidId,
        Self::Oaid,
        Self::Gaid,
        Self::Imei,
        Self::ImeiHash,
        Self::Serial,
        Self::Mac,
        Self::Bssid,
        Self::WifiName,
        Self::IpAddress,
        Self::StableId,
        Self::AccountId,
        Self::PhoneNumber,
        Self::Email,
        Self::Location,
        Self::Operator,
        Self::InstalledApps,
        Self::PhoneModel,
        Self::AndroidVersion,
        Self::RomVersion,
        Self::ActionTime,
    ];

    /// Word, name and explanation of each: the one table.
    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::VisitedAddress => (
                "visited-address",
                "address visited",
                "The address of a page that was opened, or of one that led there.",
            ),
            Self::SearchWords => ("search-words", "search words", "The words that were searched for."),
            Self::PageTitle => ("page-title", "page title", "The title of a page or article that was read."),
            Self::MediaTitle => ("media-title", "media title", "What was listened to or watched."),
            Self::FolderName => {
                ("folder-name", "folder name", "The name of a folder or file that was opened.")
            }
            Self::ScreenName => {
                ("screen-name", "screen", "The part of an app that was shown, or what was tapped in it.")
            }
            Self::AndroidId => (
                "android-id",
                "Android id",
                "An identifier that Android gives to an app on this phone; it lasts until the phone is reset.",
            ),
            Self::Oaid => {
                ("oaid", "OAID", "The advertising identifier of phones sold in China, shared by all apps.")
            }
            Self::Gaid => (
                "gaid",
                "advertising id",
                "Google's advertising identifier, shared by all apps until it is reset.",
            ),
            Self::Imei => ("imei", "IMEI", "The number of the phone's radio; it can never be changed."),
            Self::ImeiHash => (
                "imei-hash",
                "hash of the IMEI",
                "A hash of the number of the phone's radio: as lasting as the number, and it can be found by trying all.",
            ),
            Self::Serial => {
                ("serial", "serial number", "The serial number of the phone; it can never be changed.")
            }
            Self::Mac => ("mac", "MAC address", "The address of the phone's Wi-Fi or Bluetooth radio."),
            Self::Bssid => (
                "bssid",
                "Wi-Fi access point",
                "The address of the Wi-Fi access point, which tells where the phone is.",
            ),
            Self::WifiName => {
                ("wifi-name", "Wi-Fi name", "The name of the Wi-Fi network that the phone was in.")
            }
            Self::IpAddress => ("ip-address", "IP address", "The address of the phone in its network."),
            Self::StableId => (
                "stable-id",
                "lasting identifier",
                "An identifier that comes again with every upload, so that all of them can be put together.",
            ),
            Self::AccountId => ("account-id", "account", "The account that its user is signed in with."),
            Self::PhoneNumber => ("phone-number", "phone number", "A phone number."),
            Self::Email => ("email", "e-mail address", "An e-mail address."),
            Self::Location => ("location", "location", "Where the phone was."),
            Self::Operator => ("operator", "mobile operator", "The mobile operator of the phone's card."),
            Self::InstalledApps => {
                ("installed-apps", "installed app", "An app that is installed on the phone.")
            }
            Self::PhoneModel => (
                "phone-model",
                "phone model",
                "The make and model of the phone, or its browser's name for it.",
            ),
            Self::AndroidVersion => {
                ("android-version", "Android version", "The version of Android on the phone.")
            }
            Self::RomVersion => (
                "rom-version",
                "system version",
                "The version of the maker's system on the phone, such as MIUI.",
            ),
            Self::ActionTime => {
                ("action-time", "time of an action", "When something was done, to the second or better.")
            }
        }
    }

    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// A name for people.
    pub fn label(self) -> &'static str {
        self.row().1
    }

    /// What it tells, in a sentence for people.
    pub fn explain(self) -> &'static str {
        self.row().2
    }

    /// It tells of one person or phone, or of what somebody did: more than a model of phones, its system or a moment.
    pub fn is_telling(self) -> bool {
        !matches!(
            self,
            Self::PhoneModel | Self::AndroidVersion | Self::RomVersion | Self::Operator | Self::ActionTime
        )
    }

    /// It stays the same from upload to upload, and no two people have the same.
    pub fn is_identifier(self) -> bool {
        matches!(
            self,
            Self::AndroidId
                | Self::Oaid
                | Self::Gaid
                | Self::Imei
                | Self::ImeiHash
                | Self::Serial
                | Self::Mac
                | Self::StableId
                | Self::AccountId
                | Self::PhoneNumber
                | Self::Email
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_json() {
        for kind in PersonalKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert!(kind.explain().ends_with('.') && !kind.label().is_empty());
            let row = format!("| `{}` | {} |", kind.as_str(), kind.explain().trim_end_matches('.'));
            assert!(include_str!("../../../../docs/decoding.md").contains(&row), "not in the docs: {row}");
        }
    }
}
