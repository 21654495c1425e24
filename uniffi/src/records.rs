//! What crosses the boundary.

use telltale_core::event::{Close, GapReason, MarkKind, Provenance, Tier};
use telltale_core::packet::Protocol;
use telltale_core::store::Sort;

/// Which rows, how many, in what order. By default everything.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct Query {
    #[uniffi(default = None)]
    pub since: Option<i64>,
    #[uniffi(default = None)]
    pub until: Option<i64>,
    /// A package, or a uid in digits; empty for flows of nobody known.
    #[uniffi(default = None)]
    pub app: Option<String>,
    /// A host or a domain that it is part of.
    #[uniffi(default = None)]
    pub host: Option<String>,
    #[uniffi(default = None)]
    pub party: Option<String>,
    /// A part of a host's name.
    #[uniffi(default = None)]
    pub search: Option<String>,
    /// Only findings, or only what is none.
    #[uniffi(default = None)]
    pub flagged: Option<bool>,
    /// Rows of a page.
    #[uniffi(default = None)]
    pub limit: Option<u32>,
    /// Rows of the pages before it.
    #[uniffi(default = 0)]
    pub offset: u32,
    #[uniffi(default = None)]
    pub sort: Option<Sort>,
}

/// What to forget: by default everything. Sums are kept by the hour, so whole hours are forgotten.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct Scope {
    #[uniffi(default = None)]
    pub app: Option<String>,
    #[uniffi(default = None)]
    pub since: Option<i64>,
    #[uniffi(default = None)]
    pub until: Option<i64>,
}

/// Whose flows they are. A shared uid lists every package and picks none.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Owner {
    pub uid: Option<u32>,
    pub packages: Vec<String>,
    /// Path of the program, where the owner is no package.
    #[uniffi(default = None)]
    pub process: Option<String>,
}

/// Why a flow is flagged.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Finding {
    pub rule: String,
    pub category: String,
    pub tier: Tier,
    /// One sentence for a lay person.
    pub why: String,
    /// Keys of sources, with semicolons between.
    pub citation: String,
}

/// Sums over flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Amount {
    pub flows: u64,
    pub bytes_up: u64,
    pub bytes_down: u64,
}

/// An app, with what was seen of it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct AppRow {
    /// Absent: flows of which the owner is not known.
    pub owner: Option<Owner>,
    pub amount: Amount,
    pub findings: u64,
    pub hosts: u64,
    pub hosts_flagged: u64,
    pub first_seen: i64,
    pub last_seen: i64,
}

/// A host, with what was seen of it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HostRow {
    /// The address, where no name was read.
    pub host: String,
    pub provenance: Option<Provenance>,
    pub party: Option<String>,
    pub finding: Option<Finding>,
    /// The category of a service that was asked for.
    pub expected: Option<String>,
    pub apps: u64,
    pub amount: Amount,
    pub first_seen: i64,
    pub last_seen: i64,
}

/// The findings of one app at one host.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FindingRow {
    pub owner: Option<Owner>,
    pub host: String,
    pub provenance: Option<Provenance>,
    pub party: Option<String>,
    pub finding: Finding,
    pub amount: Amount,
    pub first_seen: i64,
    pub last_seen: i64,
}

/// What one app did in one hour.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HourRow {
    /// When the hour began.
    pub start: i64,
    pub owner: Option<Owner>,
    pub amount: Amount,
    pub findings: u64,
}

/// A party, with all that went to it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PartyRow {
    pub party: Option<String>,
    pub apps: u64,
    pub hosts: u64,
    pub amount: Amount,
    pub findings: u64,
}

/// One flow.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Flow {
    pub id: u64,
    pub start: i64,
    pub end: i64,
    pub protocol: Protocol,
    pub remote_address: String,
    pub remote_port: u16,
    pub owner: Option<Owner>,
    pub host: Option<String>,
    pub provenance: Option<Provenance>,
    /// The name may be an outer one that hides another.
    pub ech: bool,
    /// Every name that it may be, where there are several.
    pub candidates: Vec<String>,
    /// What it speaks, in the word of the JSON.
    pub application: Option<String>,
    pub party: Option<String>,
    pub country: Option<String>,
    pub asn: Option<u32>,
    pub finding: Option<Finding>,
    pub expected: Option<String>,
    /// Names asked for, by a look-up.
    pub questions: Vec<String>,
    pub bytes_up: u64,
    pub bytes_down: u64,
    pub close: Close,
}

/// An interval of which the record does not tell everything.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Gap {
    pub start: i64,
    /// Absent while it lasts.
    pub end: Option<i64>,
    pub reason: GapReason,
    pub lost: u64,
}

/// A marked moment.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Mark {
    pub time: i64,
    pub kind: MarkKind,
    pub text: Option<String>,
    pub app: Option<String>,
}

/// How flows came by their names. Look-ups stand apart.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Coverage {
    pub owner: Option<Owner>,
    pub host: Option<String>,
    pub party: Option<String>,
    /// When the hour or the day began.
    pub start: Option<i64>,
    /// All flows but look-ups.
    pub all: Amount,
    pub on_the_flow: Amount,
    pub by_look_up: Amount,
    pub by_certificate: Amount,
    /// Not named, because the name is encrypted.
    pub encrypted: Amount,
    pub unnamed: Amount,
    /// Of every class, with an encrypted name beside.
    pub with_ech: Amount,
    pub look_ups: Amount,
    pub hidden_look_ups: Amount,
}

/// What the record takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct RecordSize {
    pub bytes: u64,
    pub flows: u64,
    /// Start of the oldest flow.
    pub oldest: Option<i64>,
}
