//! The length test against browsers with trackers in them, of all habits, through a real TUN: who uploads addresses is
//! found out, who uploads that pages were opened is not accused.
//!
//! At a tenth of the usual pace and with few trials. How often the method errs at its own pace is measured by
//! `scripts/error-rates.sh`, on a virtual clock.

use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;
use telltale_tests::tracker::{Connection, Encoding, Habits, Noise, Tells, Together, When};

use super::{Desk, resolver, world};

const TRACKER: &str = env!("CARGO_BIN_EXE_telltale-tracker");

/// No experiment takes longer.
const BOUND: &str = "240";

/// Four blocks of six trials; six pages each, which make more events than a queue has places.
const PLAN: [&str; 10] = [
    "--lengths=0,0,1000,1000,3000,3000",
    "--trials=4",
    "--visits=6",
    "--pace=0.1",
    "--window=2.2",
    "--away=1.2",
    "--settle=0.2",
    "--baseline=1",
    "--seed=1",
    "--app=telltale-tracker",
];

/// At once: they wait most of the time.
const SIDE_BY_SIDE: usize = 16;

const ENCODINGS: [Encoding; 3] = [Encoding::Sensors, Encoding::OneTrack, Encoding::Script];
const TIMES: [When; 4] = [When::Now, When::Timer, When::Full, When::Background];

/// In twelve programs every two habits meet.
fn uploader(number: usize) -> Habits {
    let odd = |number: usize| number % 2 == 1;
    Habits {
        tells: Tells::Address,
        encoding: ENCODINGS[number % 3],
        when: TIMES[number % 4],
        together: if odd(number / 4) { Together::EachEvent } else { Together::Batch },
        connection: if odd(number / 3) { Connection::New } else { Connection::Kept },
        noise: if odd(number / 6 + number) { Noise::Light } else { Noise::None },
    }
}

/// All that there are.
fn uploaders() -> Vec<Habits> {
    let mut all = Vec::new();
    for encoding in ENCODINGS {
        for when in TIMES {
            for together in [Together::Batch, Together::EachEvent] {
                for connection in [Connection::Kept, Connection::New] {
                    let of =
                        |noise| Habits { tells: Tells::Address, encoding, when, together, connection, noise };
                    all.extend([Noise::None, Noise::Light].map(of));
                }
            }
        }
    }
    all
}

fn honest(habits: Habits) -> Habits {
    Habits { tells: Tells::Page, ..habits }
}

/// What an experiment says of a program.
fn outcome(habits: Habits) -> Value {
    let desk = Desk::new();
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", BOUND]).arg(telltale_tests::world::program()).arg("--db").arg(desk.db());
    command.current_dir(desk.path("")).args(["experiment", "run", "C1"]).args(PLAN).args(resolver());
    // The browser is reached by a name in the folder where all of them run.
    command.arg(format!("--open={TRACKER} open socket {{url}}"));
    if habits.when == When::Background {
        command.arg(format!("--background={TRACKER} leave socket"));
    }
    command
        .args(["--", TRACKER, "browse", "socket", "--authority", "authority.pem"])
        .args(habits.arguments());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Longer than the world's own patience: only its start is done there.
    let run = world().relay_side.run(move || command.spawn().unwrap()).wait_with_output().unwrap();
    assert!(run.status.success(), "{habits:?}: {run:?}");
    serde_json::from_str(&desk.ask(&["experiment", "show", "1", "--json"])).unwrap()
}

/// All of them, some side by side.
fn outcomes(habits: &[Habits]) -> Vec<(Habits, Value)> {
    let mut outcomes = Vec::new();
    for some in habits.chunks(SIDE_BY_SIDE) {
        thread::scope(|scope| {
            let running: Vec<_> =
                some.iter().map(|habits| (habits, scope.spawn(|| outcome(*habits)))).collect();
            outcomes.extend(running.into_iter().map(|(habits, run)| (*habits, run.join().unwrap())));
        });
    }
    outcomes
}

fn verdict(shown: &Value) -> &str {
    shown["outcome"]["cells"][0]["collectors"]["verdict"].as_str().unwrap()
}

/// Those that are judged otherwise than `right` says.
fn misjudged(habits: &[Habits], right: impl Fn(&str) -> bool) -> Vec<(Habits, Value)> {
    outcomes(habits).into_iter().filter(|(_, shown)| !right(verdict(shown))).collect()
}

#[test]
fn uploaders_of_all_habits_are_found_out() {
    let uploaders: Vec<_> = (0..12).map(uploader).collect();
    let missed = misjudged(&uploaders, |verdict| verdict == "uploaded");
    assert!(missed.is_empty(), "{missed:#?}");
}

/// One in 500 may be accused by chance, and is tried once more: twice by chance is one in 250 000.
#[test]
fn programs_that_upload_no_addresses_are_not_accused() {
    let honest: Vec<_> = (0..4).map(|number| honest(uploader(number * 5))).collect();
    let accused: Vec<_> = misjudged(&honest, |verdict| verdict != "uploaded");
    let again: Vec<_> = accused.iter().map(|(habits, _)| *habits).collect();
    let accused_twice = misjudged(&again, |verdict| verdict != "uploaded");
    assert!(accused_twice.is_empty(), "{accused:#?}, and again {accused_twice:#?}");
}

#[test]
#[ignore = "takes a quarter of an hour; docs/method.md says what came of it"]
fn every_combination_of_habits_is_judged_right() {
    let uploaders = uploaders();
    let honest: Vec<_> = uploaders.iter().copied().map(honest).collect();
    let missed = misjudged(&uploaders, |verdict| verdict == "uploaded");
    let accused = misjudged(&honest, |verdict| verdict != "uploaded");
    assert!(missed.is_empty() && accused.is_empty(), "missed {missed:#?}, accused {accused:#?}");
}
