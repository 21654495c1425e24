//! Experiments that its owner did: whether the browser uploads addresses in incognito mode, which it does, whether the
//! home screen tells of folders, which it does not, and whether all is silent once the programme is left, which it is not.

use telltale_core::event::Timestamp;
use telltale_core::experiment::{Claim, Plan};
use telltale_core::store::{ExperimentRow, StoreError, Writer};

use super::drive;
use super::encode::{Encoding, Sizes};
use super::habits::BROWSER;
use super::tracker::{Batching, Connection, Content, Noise, Padding, Program, Together};
use super::{DAY, HOUR};

/// The tracker of the browser.
const PROGRAM: Program = Program {
    content: Content::Address,
    encoding: Encoding::Sensors,
    batching: Batching::Immediate,
    together: Together::Batch,
    connection: Connection::Kept,
    noise: Noise::None,
    padding: Padding::None,
    quiet_cell: None,
};

/// Writes down those that began between `begin` and `end`.
pub(crate) fn write(now: i64, (begin, end): (i64, i64), writer: &Writer) -> Result<(), StoreError> {
    let pings = Program { content: Content::Pings, ..PROGRAM };
    let silent = Program { content: Content::Silent, noise: Noise::Light, ..PROGRAM };
    let done = [
        (Claim::C2, BROWSER, PROGRAM, now - 4 * DAY - 5 * HOUR),
        (Claim::C11, "com.miui.analytics", pings, now - 2 * DAY),
        (Claim::C5, "com.miui.home", silent, now - 9 * HOUR),
    ];
    for (claim, app, program, started) in done {
        if (begin..end).contains(&started) {
            writer.record_experiment(row(claim, app, program, started))?;
        }
    }
    Ok(())
}

fn row(claim: Claim, app: &str, program: Program, started: i64) -> ExperimentRow {
    // The program that is driven calls itself `browser`.
    let plan = Plan::named(claim, "browser", "http://pages.example/{}");
    let experiment = drive::experiment(plan, program, &mut Sizes::default(), 7);
    let outcome = experiment.outcome();
    let (started, ended) = (Timestamp(started), Some(Timestamp(started + HOUR)));
    ExperimentRow { id: None, app: app.to_owned(), started, ended, experiment, outcome }
}
