//! Experiments, with their plots.

use super::ReportError;
use super::chart::{self, Across, Picture};
use super::contents::Contents;
use super::words::{minute, printable};
use crate::experiment::{BOUND, CellOutcome, Interval, Measured, Point};
use crate::store::ExperimentRow;

pub(super) struct ExperimentView {
    pub(super) claim: String,
    pub(super) says: &'static str,
    pub(super) app: String,
    pub(super) when: String,
    pub(super) verdict: String,
    pub(super) is_flagged: bool,
    pub(super) cells: Vec<CellView>,
}

/// One setting of it.
pub(super) struct CellView {
    pub(super) name: String,
    pub(super) sentence: String,
    pub(super) picture: Option<Picture>,
    /// What is on the axes.
    pub(super) caption: &'static str,
}

pub(super) fn experiments(contents: &Contents) -> Result<Vec<ExperimentView>, ReportError> {
    contents.experiments.iter().map(view).collect()
}

fn view(row: &ExperimentRow) -> Result<ExperimentView, ReportError> {
    use crate::experiment::Verdict;
    let (outcome, points) = (&row.outcome, row.experiment.points());
    let cells = outcome.cells.iter().enumerate();
    let end = row.ended.map(|ended| format!(" to {}", minute(ended)));
    Ok(ExperimentView {
        claim: outcome.claim.to_string(),
        says: outcome.claim.says(),
        app: printable(&row.app),
        when: format!("{}{}", minute(row.started), end.unwrap_or_else(|| ", not finished".to_owned())),
        verdict: outcome.verdict.to_string(),
        is_flagged: outcome.verdict == Verdict::Uploaded,
        cells: cells.map(|(index, cell)| cell_view(index, cell, &points)).collect::<Result<_, _>>()?,
    })
}

fn cell_view(index: usize, cell: &CellOutcome, points: &[Point]) -> Result<CellView, ReportError> {
    let of_cell: Vec<&Point> = points.iter().filter(|point| point.cell == index).collect();
    let (across, caption) = match &cell.collectors {
        Measured::Length(result) => (
            Across::Characters { slope: slope(&result.slope) },
            "Bytes sent to collectors in each trial, over the characters that were shown in it.",
        ),
        Measured::Count(_) => {
            (Across::Actions, "Bytes sent to collectors after each wait, and after each action.")
        }
    };
    Ok(CellView {
        name: printable(&cell.name),
        sentence: cell.collectors.to_string(),
        picture: if of_cell.is_empty() { None } else { Some(chart::trials(&of_cell, across)?) },
        caption,
    })
}

/// None where it is not known.
fn slope(interval: &Interval) -> Option<f64> {
    (interval.low > -BOUND && interval.high < BOUND).then_some(interval.estimate)
}
