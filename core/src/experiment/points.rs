//! What was shown and what was sent after it, trial by trial: what a plot shows beside the outcome.

use super::machine::Experiment;
use super::plan::Dose;
use super::scope::Class;
use super::stats::design::{Design, Units, weight};
use super::trial::{Trial, TrialState};

/// A trial that was done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Index into the plan's cells.
    pub cell: usize,
    pub dose: Dose,
    /// Characters of markers that were shown; of an action 1, of a wait 0.
    pub amount: f64,
    /// Bytes that were sent to collectors in its window.
    pub bytes: f64,
}

impl Experiment {
    /// The trials that were done, in order.
    pub fn points(&self) -> Vec<Point> {
        let done: Vec<&Trial> = self.trials.iter().filter(|trial| trial.state == TrialState::Done).collect();
        let uploads: Vec<_> = self.ledger.uploads(Class::Collector).collect();
        let units = Units::windows(&done, &Design::new(&done), self.plan.test.visits(), &uploads);
        done.iter().zip(units.bytes).map(|(trial, bytes)| point(trial, bytes)).collect()
    }
}

fn point(trial: &Trial, bytes: f64) -> Point {
    let times = match trial.dose {
        Dose::Length(_) => weight(trial.visits.len()),
        Dose::Action | Dose::Sham => 1.0,
    };
    Point { cell: trial.cell, dose: trial.dose, amount: trial.dose.amount() * times, bytes }
}
