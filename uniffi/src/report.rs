//! The record as a page: what is asked of it, and what it says of itself.

use telltale_core::event::Timestamp;
use telltale_core::report::{Fact, Options, Stamp};

/// What a report is about, and how much of it is told. By default everything, without what is personal.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ReportOptions {
    /// When it is made.
    pub made: i64,
    #[uniffi(default = None)]
    pub since: Option<i64>,
    #[uniffi(default = None)]
    pub until: Option<i64>,
    /// A package, or a uid in digits.
    #[uniffi(default = None)]
    pub app: Option<String>,
    /// With what is personal in requests that passed in the clear.
    #[uniffi(default = false)]
    pub full: bool,
    /// What the record does not know: the phone's model, versions of apps.
    #[uniffi(default = [])]
    pub facts: Vec<ReportFact>,
}

/// Something that the record does not know.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReportFact {
    pub name: String,
    pub value: String,
}

/// What a report says of itself.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReportStamp {
    /// SHA-256 of the rows of the record that it was made from.
    pub record: String,
    pub first: Option<i64>,
    pub last: Option<i64>,
    pub apps: u64,
    pub hosts: u64,
    pub flows: u64,
    /// Flows that are findings, and their apps.
    pub findings: u64,
    pub apps_flagged: u64,
    /// Requests that passed in the clear.
    pub requests: u64,
    pub experiments: u64,
}

impl From<ReportOptions> for Options {
    fn from(options: ReportOptions) -> Self {
        let facts = options.facts.into_iter().map(|fact| Fact { name: fact.name, value: fact.value });
        Self {
            since: options.since.map(Timestamp),
            until: options.until.map(Timestamp),
            app: options.app,
            full: options.full,
            facts: facts.collect(),
            ..Self::new(Timestamp(options.made))
        }
    }
}

impl From<Stamp> for ReportStamp {
    fn from(stamp: Stamp) -> Self {
        let figures = stamp.figures;
        Self {
            record: stamp.record,
            first: figures.first.map(|time| time.0),
            last: figures.last.map(|time| time.0),
            apps: figures.apps,
            hosts: figures.hosts,
            flows: figures.flows,
            findings: figures.findings,
            apps_flagged: figures.apps_flagged,
            requests: figures.requests,
            experiments: figures.experiments,
        }
    }
}
