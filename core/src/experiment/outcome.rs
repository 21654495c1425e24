//! What came out: verdicts, numbers, and one sentence.

use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::count::{self, CountResult};
use super::ledger::Upload;
use super::length::{self, ALPHA, LengthResult};
use super::machine::Experiment;
use super::plan::{Millis, Test};
use super::scope::Class;
use super::trial::{Trial, TrialState};

/// What can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The text itself is uploaded, or something made of it that grows with it.
    Uploaded,
    /// In this experiment it was not.
    NotUploaded,
    Undecided,
    /// More was sent after actions than after waits; of what, nobody knows.
    ConsistentWith,
    /// Not seen, which does not mean that it is not there.
    NotSeen,
    /// The record shows it.
    Confirmed,
    /// The record shows something else.
    Contradicted,
    /// Encryption hides what would tell.
    NotObservable,
}

/// Why a length test is undecided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// Too few for any result.
    TooFewTrials,
    /// Nothing at all was sent: it may be kept until later.
    NothingSent,
    /// Much was sent at few times: half of the texts may be in it, or all. More visits per trial would tell.
    Lumps,
    /// Unrelated uploads drown the rest.
    Noise,
}

/// The result of an experiment; of one that was not finished, by what was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub claim: Claim,
    /// Of collectors, over all cells: uploaded if it is in any.
    pub verdict: Verdict,
    /// One per cell of the plan.
    pub cells: Vec<CellOutcome>,
    /// Of cells against the first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub differences: Vec<Difference>,
    /// Bytes that were sent to collectors while nothing was done, per minute; absent: not measured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub idle_bytes_per_minute: Option<f64>,
    /// Trials that were left out.
    pub skipped: usize,
    /// All trials were done or left out.
    pub complete: bool,
}

/// One cell of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellOutcome {
    pub name: String,
    /// Of flows to catalogued collectors.
    pub collectors: Measured,
    /// Of flows to hosts that no list knows, and to addresses without a name.
    pub unknown: Measured,
}

/// By the kind of test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Measured {
    Length(LengthResult),
    Count(CountResult),
}

/// How much more a cell uploads than the first one: bytes per character, or per action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    pub cell: String,
    pub estimate: f64,
    /// 99 %; absent where only means are compared.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub half_width: Option<f64>,
}

impl Experiment {
    /// What can be said by now.
    pub fn outcome(&self) -> Outcome {
        let cells: Vec<_> = (0..self.plan.cells.len()).filter_map(|cell| self.cell_outcome(cell)).collect();
        let differences = differences(&cells);
        let skipped = self.trials.iter().filter(|trial| trial.state == TrialState::Skipped).count();
        let is_left = |trial: &Trial| matches!(trial.state, TrialState::Pending | TrialState::Running);
        Outcome {
            claim: self.plan.claim,
            verdict: overall(&cells),
            cells,
            differences,
            idle_bytes_per_minute: self.idle(),
            skipped,
            complete: !self.trials.iter().any(is_left),
        }
    }

    fn cell_outcome(&self, cell: usize) -> Option<CellOutcome> {
        let is_of_cell = |trial: &&Trial| trial.cell == cell && trial.state == TrialState::Done;
        let trials: Vec<&Trial> = self.trials.iter().filter(is_of_cell).collect();
        let name = self.plan.cells.get(cell)?.name.clone();
        let [collectors, unknown] = [Class::Collector, Class::Unknown]
            .map(|class| self.measure(&trials, &self.ledger.uploads(class).collect::<Vec<_>>()));
        Some(CellOutcome { name, collectors: collectors?, unknown: unknown? })
    }

    /// Cells share the chance of a false alarm.
    fn measure(&self, trials: &[&Trial], uploads: &[Upload]) -> Option<Measured> {
        let cells = u32::try_from(self.plan.cells.len()).unwrap_or(u32::MAX).max(1);
        let (alpha, visits) = (ALPHA / f64::from(cells), self.plan.test.visits());
        match self.plan.test {
            Test::Length { .. } => {
                Some(Measured::Length(length::judge(trials, visits, uploads, alpha, self.seed)))
            }
            Test::Count { .. } => Some(Measured::Count(count::judge(trials, uploads, alpha, self.seed))),
            Test::Watch { .. } => None,
        }
    }

    fn idle(&self) -> Option<f64> {
        let (start, end) = self.baseline.filter(|(start, end)| end > start)?;
        let is_idle = |at: Millis| start <= at && at < end;
        let uploads = self.ledger.uploads(Class::Collector);
        let bytes: u64 = uploads.filter(|upload| is_idle(upload.at)).map(|upload| upload.bytes).sum();
        Some(number(bytes) * 60_000.0 / number(end.0 - start.0))
    }
}

fn number(count: u64) -> f64 {
    super::stats::design::weight(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Any upload counts; nothing is excluded unless it is in every cell.
fn overall(cells: &[CellOutcome]) -> Verdict {
    let verdicts: Vec<_> = cells.iter().map(|cell| cell.collectors.verdict()).collect();
    let has = |verdict: Verdict| verdicts.contains(&verdict);
    let positive = [Verdict::Uploaded, Verdict::ConsistentWith].into_iter().find(|verdict| has(*verdict));
    match (positive, verdicts.first()) {
        (Some(verdict), _) => verdict,
        (None, Some(_)) if has(Verdict::Undecided) => Verdict::Undecided,
        (None, Some(first)) => *first,
        (None, None) => Verdict::Undecided,
    }
}

fn differences(cells: &[CellOutcome]) -> Vec<Difference> {
    let Some((first, others)) = cells.split_first() else { return Vec::new() };
    others.iter().filter_map(|cell| difference(first, cell)).collect()
}

/// The intervals are independent: their halves add as squares.
fn difference(first: &CellOutcome, cell: &CellOutcome) -> Option<Difference> {
    let (estimate, half_width) = match (&first.collectors, &cell.collectors) {
        (Measured::Length(a), Measured::Length(b)) => {
            let half = (a.slope.error().powi(2) + b.slope.error().powi(2)).sqrt() * super::stats::Z_99;
            (b.slope.estimate - a.slope.estimate, Some(half))
        }
        (Measured::Count(a), Measured::Count(b)) => {
            let caused = |cell: &CountResult| cell.bytes_after_action - cell.bytes_after_sham;
            (caused(b) - caused(a), None)
        }
        (Measured::Length(_), Measured::Count(_)) | (Measured::Count(_), Measured::Length(_)) => return None,
    };
    Some(Difference { cell: cell.name.clone(), estimate, half_width })
}

impl Outcome {
    /// Trials that are over, done or left out.
    pub fn over(&self) -> usize {
        self.skipped + self.cells.iter().map(|cell| cell.collectors.trials()).sum::<usize>()
    }
}

impl Measured {
    /// Trials that were done.
    pub fn trials(&self) -> usize {
        match self {
            Self::Length(result) => result.trials,
            Self::Count(result) => result.actions + result.shams,
        }
    }

    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Length(result) => result.verdict,
            Self::Count(result) => result.verdict,
        }
    }
}

impl Verdict {
    /// The word in JSON, in the record and in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::NotUploaded => "not-uploaded",
            Self::Undecided => "undecided",
            Self::ConsistentWith => "consistent-with",
            Self::NotSeen => "not-seen",
            Self::Confirmed => "confirmed",
            Self::Contradicted => "contradicted",
            Self::NotObservable => "not-observable",
        }
    }
}

impl Doubt {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooFewTrials => "too-few-trials",
            Self::NothingSent => "nothing-sent",
            Self::Lumps => "lumps",
            Self::Noise => "noise",
        }
    }
}
