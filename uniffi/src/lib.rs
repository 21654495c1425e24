//! libtelltale.so: the engine and its record as Kotlin sees them. Records and conversions, no decisions: if something
//! here wants a test of its own, it belongs in `telltale-core`.
//!
//! | object | is |
//! |---|---|
//! | [`Session`] | a monitor at work, from a TUN descriptor until it is stopped |
//! | [`ExperimentRun`] | an experiment that is done while a session runs |
//! | [`Journal`] | the record, page by page, also while no session runs |
//! | [`Rules`] | what the catalogue and the owner's own lists say |
//!
//! Kotlin asks, and is asked only where Android forces it: [`Protector`] and [`OwnerLookup`]. Times are milliseconds
//! since 1970. Descriptors that are handed over belong to Rust from then on, whatever comes of the call.

#[cfg(target_os = "android")]
mod android;
mod claims;
mod conversions;
mod descriptor;
mod error;
mod evidence;
mod experiment;
mod foreign;
mod journal;
mod outcome;
mod records;
mod report;
mod rules;
#[cfg(feature = "self-test")]
mod self_test;
mod session;
mod words;

pub use claims::{ClaimRow, ClaimTrial};
pub use error::{AnswerError, TelltaleError};
pub use evidence::{ContentLine, Evidence, Layer, Personal};
pub use experiment::{
    ExperimentRequest, ExperimentRun, PageText, PlanKind, PlanSummary, RunPhase, RunState, Step, plan_summary,
};
pub use foreign::{FlowTuple, OwnerLookup, Protector};
pub use journal::Journal;
pub use outcome::{
    CellDifference, CellResult, CountNumbers, ExperimentResult, ExperimentRow, Interval, Measured, PointRow,
};
pub use records::*;
pub use report::{ReportFact, ReportOptions, ReportStamp};
pub use rules::{Explanation, ListProblem, ListReport, Network, RuleRow, Rules, RulesQuery, Source};
#[cfg(feature = "self-test")]
pub use self_test::telltale_self_test;
pub use session::{MarkRequest, Retention, Session, SessionConfig, Snapshot, StopReason, tunnel_mtu};

uniffi::setup_scaffolding!();
