//! What came of experiments, in words and numbers.

use serde::Serialize;
use telltale_core::event::Timestamp;
use telltale_core::experiment::{CountResult, LengthResult, Measured, Outcome, Plan};
use telltale_core::store::{ExperimentRow, ExperimentSummary, Journal};

use super::ExperimentError;
use crate::args::{Global, Query};
use crate::error::Error;
use crate::output::{self, Column, Listing, Row};

impl Row for ExperimentSummary {
    const COLUMNS: &'static [Column] = &[
        Column::number("ID"),
        Column::time("BEGAN (UTC)"),
        Column::text("CLAIM"),
        Column::text("PROGRAM"),
        Column::text("VERDICT"),
        Column::text("STATE").extra(),
    ];
    const FIELDS: &'static [&'static str] =
        &["id", "claim", "app", "started", "ended", "trials", "outcome.verdict", "outcome.complete"];

    fn cells(&self) -> Vec<String> {
        let state = match (self.ended, self.outcome.complete) {
            (None, _) => "interrupted",
            (Some(_), false) => "ended early",
            (Some(_), true) => "complete",
        };
        vec![
            self.id.to_string(),
            self.started.to_string(),
            self.claim.to_string(),
            self.app.clone(),
            self.outcome.verdict.to_string(),
            state.to_owned(),
        ]
    }
}

pub(super) fn list(query: &Query, global: &Global) -> Result<(), Error> {
    let rows = Journal::open(global.record_path()?)?.experiments(&query.filter())?;
    let mut listing = Listing::new::<ExperimentSummary>(query.common.format(global))?;
    rows.iter().try_for_each(|row| listing.push(row))?;
    Ok(listing.finish("Experiments: none. `telltale experiment run` does one.")?)
}

pub(super) fn show(id: i64, global: &Global) -> Result<(), Error> {
    let found = Journal::open(global.record_path()?)?.experiment(id)?;
    print(&found.ok_or(ExperimentError::NoSuchExperiment(id))?, global)
}

/// The sentence first, then what it rests on.
pub(super) fn print(row: &ExperimentRow, global: &Global) -> Result<(), Error> {
    if global.json {
        return Ok(output::print_json(&Shown::of(row))?);
    }
    let outcome = &row.outcome;
    let mut lines = vec![format!("{} {}", outcome.claim.says(), outcome.verdict.to_string().to_uppercase())];
    lines.push(outcome.to_string());
    for cell in &outcome.cells {
        lines.push(String::new());
        lines.extend((!cell.name.is_empty()).then(|| format!("Setting: {}", cell.name)));
        lines.push("Catalogued collectors".to_owned());
        lines.extend(numbers(&cell.collectors));
        lines.push("Hosts that no list knows".to_owned());
        lines.extend(numbers(&cell.unknown));
    }
    lines.push(String::new());
    lines.extend(outcome.differences.iter().map(|difference| {
        let half = difference.half_width.map_or(String::new(), |half| format!(" ± {half:.2} (99 %)"));
        format!("{} against the first: {:+.2}{half}", difference.cell, difference.estimate)
    }));
    lines.extend(
        outcome.idle_bytes_per_minute.map(|idle| format!("At rest: {idle:.0} bytes a minute to collectors")),
    );
    lines.push(METHOD.to_owned());
    if let (Some(id), None) = (row.id, row.ended) {
        lines.push(format!("It was interrupted; the same command with --resume {id} goes on."));
    }
    Ok(output::print(&lines.join("\n"))?)
}

const METHOD: &str = "Method: texts in random order, bytes sent to collectors compared with their lengths; a permutation \
test within blocks, and the slope by ranks. docs/method.md says what that proves.";

fn numbers(measured: &Measured) -> Vec<String> {
    match measured {
        Measured::Length(result) => length_numbers(result),
        Measured::Count(result) => count_numbers(result),
    }
}

fn length_numbers(result: &LengthResult) -> Vec<String> {
    let [estimate, low, high] = result.slope.figures(3);
    let flushes = if result.uploads == 1 { "upload" } else { "uploads" };
    let mut lines = vec![
        format!("  verdict                {}", result.verdict),
        format!("  trials                 {}, {:.0} characters shown", result.trials, result.characters),
        format!("  sent                   {:.0} bytes in {} {flushes}", result.bytes, result.uploads),
        format!("  bytes per character    {estimate}, 99 % interval {low} to {high}"),
        format!("  by chance              p = {:.4}", result.p),
        format!("  would have been seen   {:.2} bytes per character, in 95 of 100", result.detectable),
    ];
    lines.extend(result.encoding.as_ref().map(|found| format!("  nearest encoding       {}", found.nearest)));
    lines.extend(
        result.cut_off.map(|cut_off| format!("  cut off after          about {cut_off:.0} characters")),
    );
    lines.extend(result.further.map(|further| format!("  more trials to decide  about {further}")));
    lines
}

fn count_numbers(result: &CountResult) -> Vec<String> {
    vec![
        format!("  verdict                {}", result.verdict),
        format!("  after {} actions       {:.0} bytes on average", result.actions, result.bytes_after_action),
        format!("  after {} waits         {:.0} bytes on average", result.shams, result.bytes_after_sham),
        format!("  windows with uploads   {} and {}", result.uploads_after_action, result.uploads_after_sham),
        format!("  ratio                  {}", result.ratio),
        format!("  by chance              p = {:.4}", result.p),
    ]
}

/// An experiment as JSON: without what is only needed to go on with it.
#[derive(Serialize)]
struct Shown<'a> {
    id: Option<i64>,
    app: &'a str,
    started: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<Timestamp>,
    plan: &'a Plan,
    sentence: String,
    outcome: &'a Outcome,
}

impl<'a> Shown<'a> {
    fn of(row: &'a ExperimentRow) -> Self {
        Self {
            id: row.id,
            app: &row.app,
            started: row.started,
            ended: row.ended,
            plan: row.experiment.plan(),
            sentence: row.outcome.to_string(),
            outcome: &row.outcome,
        }
    }
}
