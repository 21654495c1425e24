//! Trials: in what order they come, what they show to the app, and when they were.

use fastrand::Rng;
use serde::{Deserialize, Serialize};

use super::plan::{Dose, Millis, Plan};

/// The alphabet of base64url (RFC 4648 section 5): what stays as it is in an address, and does not compress.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// More are never planned: they would take weeks.
const MAX_BLOCKS: usize = 1_000;

/// One trial. Its window runs from `start` to `end`; times are on the experiment's own clock, which stands still
/// while it is paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Index into the plan's cells.
    pub cell: usize,
    /// Within the cell. Only the order inside a block is left to chance.
    pub block: usize,
    pub dose: Dose,
    pub state: TrialState,
    /// How often it was begun.
    pub attempts: u32,
    pub start: Millis,
    pub end: Millis,
    /// When each text was shown, or each action done.
    pub visits: Vec<Millis>,
}

/// How far a trial is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrialState {
    Pending,
    Running,
    Done,
    /// Left out on demand: it says nothing.
    Skipped,
}

/// All trials of `plan`, cell by cell. In each block every dose comes once, in an order drawn from `seed`: whatever
/// drifts over the time of an experiment meets all doses alike.
pub(super) fn schedule(plan: &Plan, seed: u64) -> Vec<Trial> {
    let mut random = Rng::with_seed(seed);
    let blocks = usize::try_from(plan.test.repetitions()).unwrap_or(usize::MAX).min(MAX_BLOCKS);
    let mut trials = Vec::new();
    for cell in 0..plan.cells.len() {
        for block in 0..blocks {
            let mut doses = plan.test.doses();
            random.shuffle(&mut doses);
            trials.extend(doses.into_iter().map(|dose| Trial::new(cell, block, dose)));
        }
    }
    trials
}

impl Trial {
    fn new(cell: usize, block: usize, dose: Dose) -> Self {
        let (start, end) = (Millis(0), Millis(0));
        let visits = Vec::new();
        Self { cell, block, dose, state: TrialState::Pending, attempts: 0, start, end, visits }
    }

    /// Begins, or begins anew.
    pub(super) fn begin(&mut self, at: Millis) {
        self.state = TrialState::Running;
        self.attempts += 1;
        self.start = at;
        self.visits.clear();
    }

    pub(super) fn finish(&mut self, at: Millis) {
        self.state = TrialState::Done;
        self.end = at;
    }
}

/// The text of a visit: `length` characters that occur nowhere else, so that no compression can take them for
/// something that it has seen. The same arguments give the same text.
pub(super) fn marker(seed: u64, trial: usize, attempt: u32, visit: usize, length: u32) -> String {
    let place = [trial as u64, u64::from(attempt), visit as u64];
    let mixed = place.into_iter().fold(seed, |mixed, part| Rng::with_seed(mixed ^ part).u64(..));
    let mut random = Rng::with_seed(mixed);
    let mut left = usize::try_from(length).unwrap_or(usize::MAX);
    let mut text = String::with_capacity(left);
    while left > 0 {
        let drawn = random.u64(..);
        let several = left.min(PER_DRAW);
        text.extend((0..several).map(|place| character(drawn >> (6 * place))));
        left -= several;
    }
    text
}

/// Characters of six bits in a number of 64.
const PER_DRAW: usize = 10;

/// The character of the last six bits.
fn character(bits: u64) -> char {
    char::from(ALPHABET[usize::from(bits.to_le_bytes()[0] & 63)])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::experiment::Claim;

    fn plan() -> Plan {
        Plan::named(Claim::C1, "app", "http://pages.example/{}")
    }

    #[test]
    fn every_block_has_each_length_once() {
        let trials = schedule(&plan(), 7);
        for block in trials.chunks(5) {
            let doses: BTreeSet<_> = block.iter().map(|trial| format!("{:?}", trial.dose)).collect();
            assert_eq!(doses.len(), 5);
            assert!(block.iter().all(|trial| trial.block == block[0].block));
        }
    }

    #[test]
    fn the_order_is_left_to_the_seed() {
        assert_eq!(schedule(&plan(), 7), schedule(&plan(), 7));
        assert_ne!(schedule(&plan(), 7), schedule(&plan(), 8));
        let firsts: BTreeSet<_> =
            schedule(&plan(), 7).chunks(5).map(|block| format!("{:?}", block[0].dose)).collect();
        assert!(firsts.len() > 1, "blocks are shuffled each by itself");
    }

    #[test]
    fn markers_are_as_long_as_asked_and_never_the_same() {
        let mut seen = BTreeSet::new();
        for (trial, attempt, visit) in
            (0..5).flat_map(|t| (0..3).flat_map(move |a| (0..4).map(move |v| (t, a, v))))
        {
            let text = marker(1, trial, attempt, visit, 64);
            assert_eq!(text.len(), 64);
            assert!(text.bytes().all(|byte| ALPHABET.contains(&byte)));
            assert!(seen.insert(text));
        }
    }
}
