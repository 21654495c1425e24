//! The claims about Xiaomi's phones that can be tried, and what each says.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A claim that was made in public; `docs/method.md` lists who made it, and how it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Claim {
    /// Every address visited is sent.
    C1,
    /// Also in incognito mode.
    C2,
    /// Words searched for are sent.
    C3,
    /// Items of the news feed that were seen are sent.
    C4,
    /// Folders opened and screens swiped are sent.
    C5,
    /// What was listened to is sent.
    C6,
    /// Lasting identifiers of the device go along.
    C7,
    /// It goes to Singapore and Russia, to rented servers of Alibaba.
    C8,
    /// It is only encoded, not encrypted.
    C9,
    /// The servers are those of Sensors Analytics.
    C10,
    /// Xiaomi: nothing is sent once the programme is left.
    C11,
    /// Xiaomi: history is synchronised only when signed in and switched on.
    C12,
}

/// A text that names no claim.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no claim '{0}'; they are C1 to C12")]
pub struct NoSuchClaim(String);

impl Claim {
    pub const ALL: [Self; 12] = [
        Self::C1,
        Self::C2,
        Self::C3,
        Self::C4,
        Self::C5,
        Self::C6,
        Self::C7,
        Self::C8,
        Self::C9,
        Self::C10,
        Self::C11,
        Self::C12,
    ];

    /// One sentence.
    pub fn says(self) -> &'static str {
        match self {
            Self::C1 => "The browser sends every address that is visited.",
            Self::C2 => "The browser sends addresses also in incognito mode.",
            Self::C3 => "The browser sends what is searched for.",
            Self::C4 => "The news feed sends which items were looked at.",
            Self::C5 => "The phone sends which folders were opened and screens swiped.",
            Self::C6 => "The music player sends what is listened to.",
            Self::C7 => "Identifiers of the device that last are sent along.",
            Self::C8 => "The data goes to Singapore and Russia, to servers rented from Alibaba.",
            Self::C9 => "The data is only encoded, not encrypted.",
            Self::C10 => "The data goes to a server of Sensors Analytics.",
            Self::C11 => "Nothing is sent once the user experience programme is left.",
            Self::C12 => "History is synchronised only when signed in and switched on.",
        }
    }

    /// Categories of asked-for services that count for this claim: it is about them.
    pub(super) fn expected_that_counts(self) -> Vec<String> {
        if self == Self::C12 { vec!["cloud-sync".to_owned()] } else { Vec::new() }
    }

    /// Name and set-up of the settings to compare.
    ///
    /// Those of C2 are Palant's of Mint 3.4.3: only incognito on with enhanced incognito off is said to be silent
    /// (<https://palant.info/2020/05/08/what-data-does-xiaomi-collect-about-you/>).
    pub(super) fn cells(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::C2 => vec![
                ("normal", "Turn Incognito Mode off, and Enhanced Incognito Mode off."),
                ("incognito", "Turn Incognito Mode on, and Enhanced Incognito Mode off."),
                ("enhanced only", "Turn Incognito Mode off, and Enhanced Incognito Mode on."),
                ("both", "Turn Incognito Mode on, and Enhanced Incognito Mode on."),
            ],
            Self::C11 => vec![
                ("programme on", "Join the User Experience Programme, and allow personalised ads and msa."),
                (
                    "programme off",
                    "Leave the User Experience Programme, and revoke personalised ads and msa.",
                ),
            ],
            Self::C12 => vec![
                ("signed out", "Sign out of the Mi account."),
                ("sync off", "Sign in to the Mi account, and turn the browser's sync off."),
                ("sync on", "Stay signed in, and turn the browser's sync on."),
            ],
            Self::C1
            | Self::C3
            | Self::C4
            | Self::C5
            | Self::C6
            | Self::C7
            | Self::C8
            | Self::C9
            | Self::C10 => vec![("", "")],
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl FromStr for Claim {
    type Err = NoSuchClaim;

    fn from_str(text: &str) -> Result<Self, NoSuchClaim> {
        let same = |claim: &Self| claim.to_string().eq_ignore_ascii_case(text);
        Self::ALL.into_iter().find(same).ok_or_else(|| NoSuchClaim(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_found_by_name() {
        for claim in Claim::ALL {
            assert_eq!(claim.to_string().to_lowercase().parse(), Ok(claim));
        }
        assert!("C13".parse::<Claim>().is_err());
    }
}
