//! Writes a record as a Redmi phone would have after a week, for looking at screens and for timing them:
//! `cargo run -p telltale-core --example sample_record -- FILE NOW [FLOWS]`. NOW is in milliseconds since 1970; the same
//! arguments give the same flows. With FLOWS there are about so many of them, otherwise a few thousand.
//!
//! What the flows are is made up; what is said of them comes from the embedded catalogue.

#[path = "../error_rates/drive.rs"]
#[expect(dead_code, reason = "a program under test, of which this uses its part")]
mod drive;
#[path = "../error_rates/encode.rs"]
#[expect(dead_code, reason = "a program under test, of which this uses its part")]
mod encode;
mod evidence;
mod experiments;
mod flow;
mod habits;
mod random;
#[path = "../error_rates/tracker.rs"]
#[expect(dead_code, reason = "a program under test, of which this uses its part")]
mod tracker;

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use telltale_core::event::{FlowId, GapReason, Mark, MarkKind, Timestamp};
use telltale_core::rules::RuleSet;
use telltale_core::store::{Retention, StoreConfig, Writer};

use flow::Flows;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What the record takes for the time.
static CLOCK: AtomicI64 = AtomicI64::new(0);

/// Uninterrupted watches, in time before now, each with the reason why it ended; none for a kill.
const WATCHES: [(i64, i64, Option<GapReason>); 4] = [
    (7 * DAY, 5 * DAY - 3 * HOUR, None),
    (5 * DAY - 4 * HOUR, 3 * DAY + 2 * HOUR, Some(GapReason::Revoked)),
    (3 * DAY + HOUR, DAY + 9 * HOUR, Some(GapReason::NotRunning)),
    (DAY, 0, Some(GapReason::NotRunning)),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, now, flows @ ..] = arguments.as_slice() else {
        return Err("usage: sample_record FILE NOW [FLOWS]".into());
    };
    let flows = flows.first().map(|count| count.parse()).transpose()?;
    write(Path::new(file), now.parse()?, flows)
}

fn write(file: &Path, now: i64, flows: Option<u32>) -> Result<(), Box<dyn Error>> {
    let rules = RuleSet::embedded()?;
    let mut flows = Flows::of_a_week(now, flows).peekable();
    let mut uploads = evidence::of_a_week(now).into_iter().peekable();
    for (begin, end, reason) in WATCHES {
        let (begin, end) = (now - begin, now - end);
        // What nobody watched is not known.
        while flows.next_if(|flow| flow.start.0 < begin).is_some() {}
        while uploads.next_if(|upload| upload.time < begin).is_some() {}
        let writer = open(file, begin)?;
        let mut ids = (0..).map(|sequence| FlowId::new(writer.session(), sequence));
        while let Some((flow, id)) = flows.next_if(|flow| flow.start.0 < end).zip(ids.next()) {
            CLOCK.store(flow.end.0.min(end), Ordering::Relaxed);
            writer.record_end(Box::new(flow.record(id, &rules)));
        }
        while let Some((upload, id)) = uploads.next_if(|upload| upload.time < end).zip(ids.next()) {
            CLOCK.store(upload.time, Ordering::Relaxed);
            upload.write(id, &rules, &writer);
        }
        for mark in marks(now).into_iter().filter(|mark| (begin..end).contains(&mark.time.0)) {
            writer.record_mark(mark);
        }
        CLOCK.store(end, Ordering::Relaxed);
        experiments::write(now, (begin, end), &writer)?;
        writer.flush();
        match reason {
            Some(reason) => writer.close(reason),
            None => kill(writer),
        }
    }
    Ok(())
}

/// A writer that goes in a panic puts no end to its session.
fn kill(writer: Writer) {
    let die = AssertUnwindSafe(|| {
        let _writer = writer;
        resume_unwind(Box::new(()))
    });
    let _: Result<(), _> = catch_unwind(die);
}

fn open(file: &Path, begin: i64) -> Result<Writer, Box<dyn Error>> {
    CLOCK.store(begin, Ordering::Relaxed);
    // As large as it has to be: nothing is dropped.
    let retention = Retention { size: 4 << 30, ..Retention::default() };
    let clock = || Timestamp(CLOCK.load(Ordering::Relaxed));
    Ok(Writer::open(file, StoreConfig { clock, retention, ..StoreConfig::default() })?)
}

/// The screen is looked at ten times a day; twice a day the phone changes its network, and twice its owner said what
/// they did.
fn marks(now: i64) -> Vec<Mark> {
    let mark = |time: i64, kind| Mark { time: Timestamp(time), kind, text: None, app: None };
    let mut marks = Vec::new();
    for day in 0..7 {
        let midnight = now.div_euclid(DAY) * DAY - day * DAY;
        for look in 0..10 {
            let on = midnight + 7 * HOUR + look * 95 * MINUTE + day * 3 * MINUTE;
            marks.push(mark(on, MarkKind::ScreenOn));
            marks.push(mark(on + (4 + look) * MINUTE, MarkKind::ScreenOff));
        }
        marks.push(mark(midnight + 8 * HOUR + 10 * MINUTE, MarkKind::Network));
        marks.push(mark(midnight + 18 * HOUR + 20 * MINUTE, MarkKind::Network));
    }
    for before in [26 * HOUR + 5 * MINUTE, 95 * MINUTE] {
        let note = mark(now - before, MarkKind::Note);
        let text = Some("Opened the browser".into());
        marks.push(Mark { text, app: Some(habits::BROWSER.into()), ..note });
    }
    marks
}
