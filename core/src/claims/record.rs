//! What of a record has to do with claims, as plain data: whoever has a record fills it in.

use std::sync::Arc;

use super::reported::reported;
use super::words::app_names;
use crate::decode::{Format, PersonalKind};
use crate::event::{Gap, Owner, Timestamp};
use crate::experiment::{Claim, Outcome, RELAYS};

/// A period of record.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// The app that is asked about, beside those of the claims.
    pub app: Option<String>,
    /// When the first and the last flow were.
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
    /// Flows that could be told by name, of all but look-ups: 0 to 1.
    pub named: Option<f64>,
    pub gaps: Vec<Gap>,
    /// Everybody who talked.
    pub speakers: Vec<Speaker>,
    /// Findings by app and host.
    pub contacts: Vec<Contact>,
    /// All hosts with a name, whether findings or not; of no owner.
    pub hosts: Vec<Contact>,
    pub places: Vec<Place>,
    /// What passed in the clear.
    pub uploads: Vec<Upload>,
    /// The latest first.
    pub experiments: Vec<Tried>,
}

/// An app that talked.
#[derive(Debug, Clone)]
pub struct Speaker {
    pub owner: Option<Owner>,
    pub first: Timestamp,
    pub last: Timestamp,
}

/// All flows of an app to a host.
#[derive(Debug, Clone)]
pub struct Contact {
    pub owner: Option<Owner>,
    pub host: Arc<str>,
    pub party: Option<Arc<str>>,
    pub flows: u64,
    pub bytes_up: u64,
    pub first: Timestamp,
    pub last: Timestamp,
}

/// An address at which a collector was.
#[derive(Debug, Clone)]
pub struct Place {
    pub host: Arc<str>,
    pub asn: Option<u32>,
    /// An estimate.
    pub country: Option<Arc<str>>,
}

/// A request that passed in the clear.
#[derive(Debug, Clone)]
pub struct Upload {
    pub owner: Option<Owner>,
    pub host: Arc<str>,
    pub party: Option<Arc<str>>,
    pub time: Timestamp,
    pub format: Format,
    /// It went to a collector of the catalogue.
    pub is_finding: bool,
    /// Its content could be read.
    pub is_readable: bool,
    /// What is personal in it.
    pub kinds: Vec<PersonalKind>,
    /// Kinds of identifiers in it that other requests carried as well.
    pub lasting: Vec<PersonalKind>,
}

/// An experiment that was run.
#[derive(Debug, Clone)]
pub struct Tried {
    pub id: i64,
    pub app: String,
    pub started: Timestamp,
    pub outcome: Outcome,
}

impl Contact {
    /// Xiaomi, or the maker of the software, stands behind it.
    pub(super) fn is_of_claims(&self) -> bool {
        is_of_claims(self.party.as_deref())
    }
}

impl Upload {
    /// It went to somebody who collects for Xiaomi: by the catalogue, or by the form of what was sent. Whoever else uses
    /// the software of Sensors Analytics is not meant: of that form it has to be from a phone's own app, or from `app`.
    pub(super) fn is_collected(&self, app: Option<&str>) -> bool {
        let is_of_claims = is_of_claims(self.party.as_deref());
        match self.format {
            Format::MistatV1
            | Format::MistatV2
            | Format::MistatV3
            | Format::TrackV1
            | Format::TrackSpock
            | Format::Tracks
            | Format::Onetrack => true,
            Format::Sensors | Format::SensorsConfig => is_of_claims || self.is_own(app),
            Format::Umeng
            | Format::Httpdns
            | Format::Mipush
            | Format::SplashAds
            | Format::Json
            | Format::Form
            | Format::Protobuf
            | Format::Text
            | Format::Unknown => is_of_claims && self.is_finding,
        }
    }

    fn is_own(&self, app: Option<&str>) -> bool {
        let owner = self.owner.as_ref();
        let is_claimed = Claim::ALL.into_iter().any(|claim| is_of(owner, reported(claim).apps));
        is_claimed || is_of(owner, &RELAYS) || app.is_some_and(|app| is_of(owner, &[app]))
    }
}

fn is_of_claims(party: Option<&str>) -> bool {
    matches!(party, Some("Xiaomi" | "Sensors Analytics"))
}

/// Whether one of `apps` owns it.
pub(super) fn is_of(owner: Option<&Owner>, apps: &[&str]) -> bool {
    owner.is_some_and(|owner| app_names(owner).any(|name| apps.contains(&name)))
}
