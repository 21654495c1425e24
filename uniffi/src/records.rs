//! What crosses the boundary, and how it is made of the engine's own types.

use std::sync::Arc;

use telltale_core::event;
use telltale_core::event::{Close, GapReason, MarkKind, Provenance, Tier};
use telltale_core::packet::Protocol;
use telltale_core::store::{self, By, ExportFormat, Sort};

/// Where a name was read.
#[uniffi::remote(Enum)]
pub enum Provenance {
    Certificate,
    Dns,
    HttpDns,
    HttpHost,
    MiPush,
    QuicSni,
    TlsSni,
}

/// How well a rule is founded.
#[uniffi::remote(Enum)]
pub enum Tier {
    A,
    B,
    C,
    Own,
}

/// How a flow ended.
#[uniffi::remote(Enum)]
pub enum Close {
    Fin,
    Reset,
    Refused,
    Unreachable,
    Timeout,
    Idle,
    Open,
}

/// Why not everything could be seen.
#[uniffi::remote(Enum)]
pub enum GapReason {
    NotRunning,
    Killed,
    Revoked,
    NamesHidden,
    EventsLost,
    RecordFailed,
    FlowsRefused,
    SizeCap,
}

/// What kind of moment was marked.
#[uniffi::remote(Enum)]
pub enum MarkKind {
    Note,
    ScreenOn,
    ScreenOff,
    Network,
}

/// What comes first.
#[uniffi::remote(Enum)]
pub enum Sort {
    Recent,
    Bytes,
    Flows,
    Findings,
    Name,
}

/// What a row of coverage is about.
#[uniffi::remote(Enum)]
pub enum By {
    App,
    Host,
    Hour,
    Day,
    Party,
}

/// What a file of flows looks like.
#[uniffi::remote(Enum)]
pub enum ExportFormat {
    Csv,
    JsonLines,
}

/// Which rows, how many, in what order. By default everything.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct Query {
    #[uniffi(default = None)]
    pub since: Option<i64>,
    #[uniffi(default = None)]
    pub until: Option<i64>,
    /// A package, or a uid in digits.
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

impl From<Query> for store::Filter {
    fn from(query: Query) -> Self {
        let rows = |rows: u32| usize::try_from(rows).unwrap_or(usize::MAX);
        Self {
            since: query.since.map(event::Timestamp),
            until: query.until.map(event::Timestamp),
            app: query.app,
            host: query.host,
            party: query.party,
            search: query.search,
            flagged: query.flagged,
            limit: query.limit.map(rows),
            offset: rows(query.offset),
            sort: query.sort,
        }
    }
}

impl From<Scope> for store::Scope {
    fn from(scope: Scope) -> Self {
        Self {
            app: scope.app,
            since: scope.since.map(event::Timestamp),
            until: scope.until.map(event::Timestamp),
        }
    }
}

impl From<Owner> for event::Owner {
    fn from(owner: Owner) -> Self {
        let packages = owner.packages.into_iter().map(Into::into).collect();
        Self { uid: owner.uid, packages, process: owner.process.map(Into::into), pid: None }
    }
}

impl From<event::Owner> for Owner {
    fn from(owner: event::Owner) -> Self {
        Self { uid: owner.uid, packages: texts(&owner.packages), process: text(owner.process) }
    }
}

impl From<event::Finding> for Finding {
    fn from(finding: event::Finding) -> Self {
        Self {
            rule: finding.rule.to_string(),
            category: finding.category.to_string(),
            tier: finding.tier,
            why: finding.why.to_string(),
            citation: finding.citation.to_string(),
        }
    }
}

impl From<store::Amount> for Amount {
    fn from(amount: store::Amount) -> Self {
        Self { flows: amount.flows, bytes_up: amount.bytes_up, bytes_down: amount.bytes_down }
    }
}

impl From<store::AppRow> for AppRow {
    fn from(row: store::AppRow) -> Self {
        Self {
            amount: Amount { flows: row.flows, bytes_up: row.bytes_up, bytes_down: row.bytes_down },
            owner: row.owner.map(Into::into),
            findings: row.findings,
            hosts: row.hosts,
            hosts_flagged: row.hosts_flagged,
            first_seen: row.first_seen.0,
            last_seen: row.last_seen.0,
        }
    }
}

impl From<store::HostRow> for HostRow {
    fn from(row: store::HostRow) -> Self {
        Self {
            amount: Amount { flows: row.flows, bytes_up: row.bytes_up, bytes_down: row.bytes_down },
            host: row.host.to_string(),
            provenance: row.provenance,
            party: text(row.party),
            finding: row.finding.map(Into::into),
            expected: text(row.expected),
            apps: row.apps,
            first_seen: row.first_seen.0,
            last_seen: row.last_seen.0,
        }
    }
}

impl From<store::FindingRow> for FindingRow {
    fn from(row: store::FindingRow) -> Self {
        Self {
            amount: Amount { flows: row.flows, bytes_up: row.bytes_up, bytes_down: row.bytes_down },
            owner: row.owner.map(Into::into),
            host: row.host.to_string(),
            provenance: row.provenance,
            party: text(row.party),
            finding: row.finding.into(),
            first_seen: row.first_seen.0,
            last_seen: row.last_seen.0,
        }
    }
}

impl From<store::HourRow> for HourRow {
    fn from(row: store::HourRow) -> Self {
        Self {
            amount: Amount { flows: row.flows, bytes_up: row.bytes_up, bytes_down: row.bytes_down },
            start: row.start.0,
            owner: row.owner.map(Into::into),
            findings: row.findings,
        }
    }
}

impl From<store::PartyRow> for PartyRow {
    fn from(row: store::PartyRow) -> Self {
        Self {
            amount: Amount { flows: row.flows, bytes_up: row.bytes_up, bytes_down: row.bytes_down },
            party: text(row.party),
            apps: row.apps,
            hosts: row.hosts,
            findings: row.findings,
        }
    }
}

impl From<event::FlowRecord> for Flow {
    fn from(flow: event::FlowRecord) -> Self {
        let name = flow.name;
        Self {
            id: flow.id.0,
            start: flow.start.0,
            end: flow.end.0,
            protocol: flow.protocol,
            remote_address: flow.responder.address.to_string(),
            remote_port: flow.responder.port,
            owner: flow.owner.map(Into::into),
            host: name.as_ref().map(|name| name.host.to_string()),
            provenance: name.as_ref().map(|name| name.provenance),
            ech: name.as_ref().is_some_and(|name| name.ech),
            candidates: name.map(|name| texts(&name.candidates)).unwrap_or_default(),
            application: flow.application.map(|application| application.as_str().to_owned()),
            party: text(flow.party),
            country: text(flow.country),
            asn: flow.asn,
            finding: flow.finding.map(Into::into),
            expected: text(flow.expected),
            questions: texts(&flow.questions),
            bytes_up: flow.counters.bytes_up,
            bytes_down: flow.counters.bytes_down,
            close: flow.close,
        }
    }
}

impl From<event::Gap> for Gap {
    fn from(gap: event::Gap) -> Self {
        Self { start: gap.start.0, end: gap.end.map(|end| end.0), reason: gap.reason, lost: gap.lost }
    }
}

impl From<event::Mark> for Mark {
    fn from(mark: event::Mark) -> Self {
        Self { time: mark.time.0, kind: mark.kind, text: text(mark.text), app: text(mark.app) }
    }
}

impl From<store::CoverageRow> for Coverage {
    fn from(row: store::CoverageRow) -> Self {
        Self {
            owner: row.owner.map(Into::into),
            host: text(row.host),
            party: text(row.party),
            start: row.start.map(|start| start.0),
            all: row.all.into(),
            on_the_flow: row.flow.amount.into(),
            by_look_up: row.dns.amount.into(),
            by_certificate: row.certificate.amount.into(),
            encrypted: row.encrypted.amount.into(),
            unnamed: row.none.amount.into(),
            with_ech: row.ech.amount.into(),
            look_ups: row.look_ups.into(),
            hidden_look_ups: row.hidden_look_ups.into(),
        }
    }
}

impl From<store::RecordSize> for RecordSize {
    fn from(size: store::RecordSize) -> Self {
        Self { bytes: size.bytes, flows: size.flows, oldest: size.oldest.map(|oldest| oldest.0) }
    }
}

fn text(text: Option<Arc<str>>) -> Option<String> {
    text.map(|text| text.to_string())
}

fn texts(texts: &[Arc<str>]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}
