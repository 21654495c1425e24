//! How often the length test errs: `cargo run --release -p telltale-core --example error_rates -- [EXPERIMENTS] [PLAN]`.
//!
//! Simulated programs, honest ones and uploaders, are put to a plan so many times for each row of the tables (1000
//! unless told otherwise). Plans are `usual`, the default, and `short`, of C1; `incognito`, that of C2, and `search`,
//! that of C3 and C6. The tables of `docs/method.md` are what this prints.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the tables are what it is for")]

mod drive;
mod encode;
mod programs;
mod tables;
mod tracker;

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use telltale_core::experiment::{Claim, LengthResult, Measured, Plan, Verdict};

use encode::Sizes;
use tables::fits;
use tracker::{Padding, Program};

/// One combination, and what came of it.
#[derive(Debug, Clone, Copy)]
struct Row {
    program: Program,
    tally: Tally,
    /// What came of the cell in which addresses are not told, where there is one.
    quiet: Tally,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    experiments: u32,
    uploaded: u32,
    not_uploaded: u32,
    undecided: u32,
    /// Of those that were found to upload: the encoding was among those told.
    fitting: u32,
}

const PAGE: &str = "http://pages.example/{}";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let experiments = arguments.next().and_then(|number| number.parse().ok()).unwrap_or(1000);
    match arguments.next().as_deref() {
        None | Some("usual") => print_all(&Plan::named(Claim::C1, "browser", PAGE), experiments),
        Some("short") => print_all(&Plan::short(Claim::C1, "browser", PAGE), experiments),
        Some("search") => print_all(&Plan::named(Claim::C3, "browser", PAGE), experiments),
        Some("incognito") => {
            let plan = Plan::named(Claim::C2, "browser", PAGE);
            tables::print_cells(&measure(&programs::switched(), &plan, experiments));
        }
        Some(other) => {
            eprintln!("no plan '{other}'; there are usual, short, search and incognito");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn print_all(plan: &Plan, experiments: u32) {
    let mut rows = measure(&[programs::honest(), programs::cut_off()].concat(), plan, experiments);
    // Four kinds of noise share a row.
    let in_each = experiments.div_ceil(4);
    rows.extend(measure(&programs::uploaders(), plan, in_each));
    tables::print_summary(&rows);
    tables::print_honest(&rows);
    tables::print_uploaders(&rows);
    tables::print_cut_off(&rows);
    tables::print_strange(&measure(&programs::strange(), plan, in_each));
}

/// All programs, spread over the processors.
fn measure(programs: &[Program], plan: &Plan, experiments: u32) -> Vec<Row> {
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut sizes = Sizes::default();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(program) = programs.get(index) else { break };
                    let row = row(*program, plan, experiments, index as u64, &mut sizes);
                    rows.lock().unwrap_or_else(PoisonError::into_inner).push(row);
                }
            });
        }
    });
    rows.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Every second experiment is over padded TLS records. No two use the same seed.
fn row(program: Program, plan: &Plan, experiments: u32, index: u64, sizes: &mut Sizes) -> Row {
    let mut row = Row { program, tally: Tally::default(), quiet: Tally::default() };
    for experiment in 0..experiments {
        let padding = if experiment % 2 == 1 { Padding::Blocks } else { Padding::None };
        let padded = if program.padding == Padding::None { Program { padding, ..program } } else { program };
        let outcome = drive::run(plan.clone(), padded, sizes, index << 32 | u64::from(experiment));
        for (cell, outcome) in outcome.cells.iter().enumerate() {
            if let Measured::Length(result) = &outcome.collectors {
                let is_quiet = program.quiet_cell == Some(cell);
                let tally = if is_quiet { &mut row.quiet } else { &mut row.tally };
                tally.add(result, program);
            }
        }
    }
    row
}

impl Tally {
    fn add(&mut self, result: &LengthResult, program: Program) {
        self.experiments += 1;
        self.uploaded += u32::from(result.verdict == Verdict::Uploaded);
        self.not_uploaded += u32::from(result.verdict == Verdict::NotUploaded);
        self.undecided += u32::from(result.verdict == Verdict::Undecided);
        let found = result.encoding.as_ref();
        self.fitting +=
            u32::from(found.is_some_and(|found| found.compatible.iter().any(|name| fits(name, program))));
    }

    fn join(mut self, other: Self) -> Self {
        self.experiments += other.experiments;
        self.uploaded += other.uploaded;
        self.not_uploaded += other.not_uploaded;
        self.undecided += other.undecided;
        self.fitting += other.fitting;
        self
    }
}
