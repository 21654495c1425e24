//! The count test: is more sent after actions than after waits? Says nothing of what is sent.

use serde::{Deserialize, Serialize};

use super::ledger::Upload;
use super::outcome::Verdict;
use super::plan::Dose;
use super::stats::design::{Design, Units, mean, weight};
use super::stats::permutation::p_value;
use super::stats::rank::Loads;
use super::stats::rate::{Ratio, ratio};
use super::trial::Trial;

/// What the trials of one cell say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CountResult {
    pub verdict: Verdict,
    pub actions: usize,
    pub shams: usize,
    /// Mean bytes in the window of an action, and of a wait.
    pub bytes_after_action: f64,
    pub bytes_after_sham: f64,
    /// Windows of actions, and of waits, in which anything was sent.
    pub uploads_after_action: usize,
    pub uploads_after_sham: usize,
    /// How much oftener that was after actions.
    pub ratio: Ratio,
    /// Chance of such a difference in bytes if actions made none.
    pub p: f64,
}

/// Judges the trials of one cell, which are done and in order.
pub(super) fn judge(trials: &[&Trial], uploads: &[Upload], alpha: f64, seed: u64) -> CountResult {
    let design = Design::new(trials);
    let units = Units::windows(trials, &design, 1, uploads);
    let p = p_value(&[Loads::at(0.0, &design, &units)], &[design], alpha, seed);
    let bytes = |dose: Dose| -> Vec<f64> {
        let all = trials.iter().zip(&units.bytes);
        all.filter(|(trial, _)| trial.dose == dose).map(|(_, bytes)| *bytes).collect()
    };
    let (actions, shams) = (bytes(Dose::Action), bytes(Dose::Sham));
    let sent = |bytes: &[f64]| bytes.iter().filter(|bytes| **bytes > 0.0).count();
    let (after_action, after_sham) = (sent(&actions), sent(&shams));
    CountResult {
        verdict: if p <= alpha { Verdict::ConsistentWith } else { Verdict::NotSeen },
        actions: actions.len(),
        shams: shams.len(),
        bytes_after_action: mean(&actions),
        bytes_after_sham: mean(&shams),
        uploads_after_action: after_action,
        uploads_after_sham: after_sham,
        ratio: ratio(weight(after_action), weight(after_sham), weight(actions.len()), weight(shams.len())),
        p,
    }
}
