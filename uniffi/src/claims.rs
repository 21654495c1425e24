//! What was claimed in public, and what the record says of it, as a screen shows it.

use telltale_core::claims::{Answer, Assessment, Grounds};
use telltale_core::store::ExperimentSummary;

/// A claim, and what the record says of it.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ClaimRow {
    /// `C1` to `C12`.
    pub claim: String,
    /// The claim in one sentence.
    pub says: String,
    /// What was reported and by whom, and the keys of the sources.
    pub reported: String,
    pub reported_in: String,
    /// What Xiaomi answered.
    pub reply: String,
    pub replied_in: String,
    pub answer: Answer,
    pub grounds: Grounds,
    /// Why, in plain English.
    pub sentence: String,
    /// Apps that the claim is about and that talked,
    pub apps: Vec<String>,
    /// their flows to collectors, and what these sent.
    pub flows: u64,
    pub bytes_up: u64,
    pub first_seen: Option<i64>,
    pub last_seen: Option<i64>,
    /// Requests in the clear that show it.
    pub requests: u64,
    /// Experiments about it, the latest first.
    pub trials: Vec<ClaimTrial>,
    pub hosts_for: Vec<String>,
    pub hosts_against: Vec<String>,
    /// Hosts of which it cannot be told.
    pub hosts_untold: Vec<String>,
    /// Share of flows that could be told by name: 0 to 1. Absent where there were none.
    pub named: Option<f64>,
    pub gaps: u64,
    /// How long nothing was seen between the first and the last flow.
    pub unseen_ms: i64,
}

/// An experiment about a claim.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ClaimTrial {
    pub id: i64,
    pub app: String,
    pub started: i64,
    /// It was gone through to its end.
    pub is_complete: bool,
}

/// What crosses the boundary of `claim`; of `trials`, which are those of every claim, its own.
pub(crate) fn row(claim: Assessment, trials: &[ExperimentSummary]) -> ClaimRow {
    let numbers = claim.numbers;
    let own = trials.iter().filter(|trial| numbers.experiments.contains(&trial.id));
    ClaimRow {
        claim: claim.claim.to_string(),
        says: claim.says.to_owned(),
        reported: claim.reported.reported.to_owned(),
        reported_in: claim.reported.reported_in.to_owned(),
        reply: claim.reported.reply.to_owned(),
        replied_in: claim.reported.replied_in.to_owned(),
        answer: claim.answer,
        grounds: claim.grounds,
        sentence: claim.sentence,
        flows: numbers.flows,
        bytes_up: numbers.bytes_up,
        first_seen: numbers.first_seen.map(|time| time.0),
        last_seen: numbers.last_seen.map(|time| time.0),
        requests: numbers.requests,
        trials: own.map(Into::into).collect(),
        apps: numbers.apps,
        hosts_for: numbers.supporting,
        hosts_against: numbers.against,
        hosts_untold: numbers.untold,
        named: numbers.named,
        gaps: numbers.gaps,
        unseen_ms: numbers.unseen_ms,
    }
}

impl From<&ExperimentSummary> for ClaimTrial {
    fn from(trial: &ExperimentSummary) -> Self {
        Self {
            id: trial.id,
            app: trial.app.clone(),
            started: trial.started.0,
            is_complete: trial.outcome.complete,
        }
    }
}
