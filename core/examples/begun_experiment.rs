//! Writes a record with an experiment that has begun and takes half a minute, for whoever wants to go on with one without
//! ten minutes of time: `cargo run -p telltale-core --example begun_experiment -- FILE PACKAGE`. It prints its number.
#![expect(clippy::print_stdout, reason = "it is a program")]

use std::error::Error;

use telltale_core::engine::wall_clock;
use telltale_core::event::GapReason;
use telltale_core::experiment::{Claim, Millis, Plan, Test, Windows};
use telltale_core::store::{ExperimentRow, StoreConfig, Writer};

/// What the experiment does is decided by it alone.
const SEED: u64 = 1;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, package] = arguments.as_slice() else {
        return Err("usage: begun_experiment FILE PACKAGE".into());
    };
    let writer = Writer::open(file, StoreConfig::default())?;
    let row = ExperimentRow::new(plan(package), package.clone(), wall_clock(), Some(SEED));
    println!("{}", writer.record_experiment(row)?);
    writer.close(GapReason::NotRunning);
    Ok(())
}

/// Enough for a browser that uploads addresses at once to be found out: two pages a trial, five blocks of three lengths.
fn plan(package: &str) -> Plan {
    let mut plan = Plan::short(Claim::C1, package, "");
    if let Test::Length { lengths, repetitions, visits, .. } = &mut plan.test {
        (*lengths, *repetitions, *visits) = (vec![0, 1000, 3000], 5, 2);
    }
    plan.windows = Windows {
        baseline: Millis(200),
        pace: Millis(300),
        flush: Millis(1000),
        background: Some(Millis(100)),
        settle: Millis(200),
    };
    plan
}
