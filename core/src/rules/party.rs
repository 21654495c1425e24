//! Who stands behind hosts and networks.

use serde::Deserialize;

use super::table::{self, Problem, RulesError};

/// A company, as the tables write it. Brands count for who owns them: Umeng, Amap and UC are Alibaba. A collector
/// that Xiaomi runs with the software of Sensors Analytics is Xiaomi's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Party {
    Alibaba,
    Kingsoft,
    Sensors,
    Xiaomi,
}

/// What is known of a company: a line of `parties.csv`.
#[derive(Debug, Deserialize)]
pub(super) struct About {
    party: Party,
    about: String,
    /// Keys of `sources.csv`, joined by `;`.
    source: String,
}

impl About {
    pub(super) fn parse(text: &str) -> Result<Vec<Self>, RulesError> {
        let mut parties: Vec<Self> = Vec::new();
        table::read("parties.csv", text, |row: Self| {
            if parties.iter().any(|other| other.party == row.party) {
                return Err(Problem::Twice(row.party.as_str().to_owned()));
            }
            parties.push(row);
            Ok(())
        })?;
        Ok(parties)
    }

    pub(super) fn name(&self) -> &'static str {
        self.party.as_str()
    }

    pub(super) fn about(&self) -> &str {
        &self.about
    }

    pub(super) fn citation(&self) -> &str {
        &self.source
    }
}

impl Party {
    /// The name that is shown.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Alibaba => "Alibaba",
            Self::Kingsoft => "Kingsoft",
            Self::Sensors => "Sensors Analytics",
            Self::Xiaomi => "Xiaomi",
        }
    }

    /// Whether the company's networks are full of other people's servers.
    pub(super) fn rents_out_servers(self) -> bool {
        match self {
            Self::Alibaba | Self::Kingsoft => true,
            Self::Sensors | Self::Xiaomi => false,
        }
    }
}
