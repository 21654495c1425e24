//! What came of experiments, as a screen shows it.

use telltale_core::experiment::{self, Claim, CountResult, LengthResult};
use telltale_core::store;

/// An experiment in a list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ExperimentRow {
    pub id: i64,
    pub claim: Claim,
    /// The package under test.
    pub app: String,
    pub started: i64,
    /// Absent while it goes on, and when it was interrupted.
    pub ended: Option<i64>,
    /// Trials that are over, done or left out.
    pub over: u32,
    pub trials: u32,
    /// A word such as `not-uploaded`.
    pub verdict: String,
    /// All trials are over.
    pub is_complete: bool,
}

/// An experiment with all that came of it.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ExperimentResult {
    pub row: ExperimentRow,
    /// What came of it in English, a line for each setting.
    pub sentence: String,
    /// One per setting.
    pub cells: Vec<CellResult>,
    /// What a plot shows: trials that were done.
    pub points: Vec<PointRow>,
    /// Of settings against the first.
    pub differences: Vec<CellDifference>,
    /// Bytes that were sent to collectors while nothing was done; absent: not measured.
    pub idle_bytes_per_minute: Option<f64>,
    /// Trials that were left out.
    pub skipped: u32,
}

/// What came of one setting.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct CellResult {
    /// Empty where there is only one.
    pub name: String,
    /// Of what went to catalogued collectors.
    pub collectors: Measured,
    /// Of what went to hosts that no list knows, and to addresses without a name.
    pub unknown: Measured,
}

/// Numbers of one setting and one class of hosts. What a kind of test does not have is absent.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Measured {
    /// A word such as `not-uploaded`.
    pub verdict: String,
    /// A word such as `too-few-trials`: why a length test is undecided.
    pub doubt: Option<String>,
    /// Trials that were done.
    pub trials: u32,
    /// The chance that this came about although nothing is uploaded.
    pub p: f64,
    /// Of texts: characters that were shown,
    pub characters: Option<f64>,
    /// bytes that were sent,
    pub bytes: Option<f64>,
    /// and in how many uploads.
    pub uploads: Option<u32>,
    /// Bytes per character, with an interval of 99 %; absent where nothing can be said.
    pub slope: Option<Interval>,
    /// Bytes per character that would have been seen in 95 of 100 such experiments.
    pub detectable: Option<f64>,
    /// Longest beginning of a text that might have been uploaded unseen, in characters.
    pub unseen: Option<f64>,
    /// Known encodings that fit what was uploaded,
    pub encodings: Vec<String>,
    /// and the one that fits best, though it need not.
    pub nearest: Option<String>,
    /// Characters after which texts were cut off, about.
    pub cut_off: Option<f64>,
    /// Trials that would probably decide it.
    pub further: Option<u32>,
    pub counts: Option<CountNumbers>,
}

/// What was sent after actions, and after waits.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct CountNumbers {
    pub actions: u32,
    pub shams: u32,
    /// Bytes on average.
    pub bytes_after_action: f64,
    pub bytes_after_sham: f64,
    /// How often anything was sent.
    pub uploads_after_action: u32,
    pub uploads_after_sham: u32,
    /// How much oftener after actions, with an interval of 95 %; an absent number has no limit.
    pub ratio: Option<f64>,
    pub ratio_low: f64,
    pub ratio_high: Option<f64>,
}

/// An estimate, and what it may be.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct Interval {
    pub estimate: f64,
    pub low: f64,
    pub high: f64,
}

/// A trial that was done.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct PointRow {
    /// Index of the setting.
    pub cell: u32,
    /// Characters that were shown; of an action 1, of a wait 0.
    pub amount: f64,
    /// Bytes that were sent to collectors.
    pub bytes: f64,
    pub is_action: bool,
}

/// How much more one setting uploads than the first: bytes per character, or per action.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct CellDifference {
    pub cell: String,
    pub estimate: f64,
    /// Half of an interval of 99 %; absent where only means are compared.
    pub half_width: Option<f64>,
}

impl From<store::ExperimentSummary> for ExperimentRow {
    fn from(row: store::ExperimentSummary) -> Self {
        Self {
            id: row.id,
            claim: row.claim,
            app: row.app,
            started: row.started.0,
            ended: row.ended.map(|ended| ended.0),
            over: count(row.outcome.over()),
            trials: count(row.trials),
            verdict: row.outcome.verdict.as_str().to_owned(),
            is_complete: row.outcome.complete,
        }
    }
}

impl From<store::ExperimentRow> for ExperimentResult {
    fn from(row: store::ExperimentRow) -> Self {
        let points = row.experiment.points().into_iter().map(Into::into).collect();
        let sentence = row.outcome.to_string();
        let summary = store::ExperimentSummary::from(row);
        let outcome = &summary.outcome;
        Self {
            sentence,
            cells: outcome.cells.iter().map(Into::into).collect(),
            points,
            differences: outcome.differences.iter().map(Into::into).collect(),
            idle_bytes_per_minute: outcome.idle_bytes_per_minute,
            skipped: count(outcome.skipped),
            row: summary.into(),
        }
    }
}

impl From<&experiment::CellOutcome> for CellResult {
    fn from(cell: &experiment::CellOutcome) -> Self {
        let (collectors, unknown) = ((&cell.collectors).into(), (&cell.unknown).into());
        Self { name: cell.name.clone(), collectors, unknown }
    }
}

impl From<&experiment::Measured> for Measured {
    fn from(measured: &experiment::Measured) -> Self {
        match measured {
            experiment::Measured::Length(result) => of_length(result),
            experiment::Measured::Count(result) => of_count(result),
        }
    }
}

fn of_length(result: &LengthResult) -> Measured {
    let encoding = result.encoding.as_ref();
    Measured {
        doubt: result.doubt.map(|doubt| doubt.as_str().to_owned()),
        characters: Some(result.characters),
        bytes: Some(result.bytes),
        uploads: Some(count(result.uploads)),
        slope: result.slope.is_known().then_some(result.slope.into()),
        detectable: Some(result.detectable),
        unseen: Some(result.unseen),
        encodings: encoding.map(|found| found.compatible.clone()).unwrap_or_default(),
        nearest: encoding.map(|found| found.nearest.clone()),
        cut_off: result.cut_off,
        further: result.further,
        ..Measured::new(result.verdict, result.trials, result.p)
    }
}

fn of_count(result: &CountResult) -> Measured {
    let counts = CountNumbers {
        actions: count(result.actions),
        shams: count(result.shams),
        bytes_after_action: result.bytes_after_action,
        bytes_after_sham: result.bytes_after_sham,
        uploads_after_action: count(result.uploads_after_action),
        uploads_after_sham: count(result.uploads_after_sham),
        ratio: result.ratio.estimate,
        ratio_low: result.ratio.low,
        ratio_high: result.ratio.high,
    };
    let all = Measured::new(result.verdict, result.actions + result.shams, result.p);
    Measured { counts: Some(counts), ..all }
}

impl Measured {
    /// What every kind of test has.
    fn new(verdict: experiment::Verdict, trials: usize, p: f64) -> Self {
        Self {
            verdict: verdict.as_str().to_owned(),
            doubt: None,
            trials: count(trials),
            p,
            characters: None,
            bytes: None,
            uploads: None,
            slope: None,
            detectable: None,
            unseen: None,
            encodings: Vec::new(),
            nearest: None,
            cut_off: None,
            further: None,
            counts: None,
        }
    }
}

impl From<experiment::Interval> for Interval {
    fn from(interval: experiment::Interval) -> Self {
        Self { estimate: interval.estimate, low: interval.low, high: interval.high }
    }
}

impl From<experiment::Point> for PointRow {
    fn from(point: experiment::Point) -> Self {
        let is_action = point.dose == experiment::Dose::Action;
        Self { cell: count(point.cell), amount: point.amount, bytes: point.bytes, is_action }
    }
}

impl From<&experiment::Difference> for CellDifference {
    fn from(difference: &experiment::Difference) -> Self {
        let cell = difference.cell.clone();
        Self { cell, estimate: difference.estimate, half_width: difference.half_width }
    }
}

/// A number of things, of which there are never so many that it would not fit.
pub(crate) fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}
