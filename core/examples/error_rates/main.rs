//! How often the length test errs: `cargo run --release -p telltale-core --example error_rates -- [EXPERIMENTS]`.
//!
//! Simulated programs, honest ones and uploaders, are put to the usual plan of C1, so many times for each row of the
//! tables (1000 unless told otherwise). The tables of `docs/method.md` are what this prints.

#![expect(clippy::print_stdout, reason = "the tables are what it is for")]

mod drive;
mod encode;
mod tracker;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use telltale_core::experiment::{Claim, LengthResult, Measured, Plan, Verdict, wilson};

use encode::{Encoding, Sizes};
use tracker::{Batching, Connection, Content, Noise, Program, Together};

const ENCODINGS: [Encoding; 3] = [Encoding::Sensors, Encoding::OneTrack, Encoding::Script];
const BATCHINGS: [Batching; 4] =
    [Batching::Immediate, Batching::Timer, Batching::Fifty, Batching::Background];
const NOISES: [Noise; 4] = [Noise::None, Noise::Light, Noise::Heavy, Noise::Bursts];

/// One combination, and what came of it.
#[derive(Debug, Clone, Copy)]
struct Row {
    program: Program,
    tally: Tally,
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

fn main() {
    let experiments = std::env::args().nth(1).and_then(|number| number.parse().ok()).unwrap_or(1000);
    let mut rows = measure(&[honest(), cut_off()].concat(), experiments);
    // Four kinds of noise share a row.
    rows.extend(measure(&uploaders(), experiments.div_ceil(4)));
    print_honest(&rows);
    print_uploaders(&rows);
    print_cut_off(&rows);
}

/// Programs that do not upload addresses, in all their habits.
fn honest() -> Vec<Program> {
    let contents = [Content::Silent, Content::Pings, Content::Events, Content::PageCount];
    let mut programs = Vec::new();
    for content in contents {
        let batchings = match content {
            Content::Silent | Content::Pings => &BATCHINGS[..1],
            Content::Events | Content::PageCount | Content::Address | Content::CutOff(_) => &BATCHINGS,
        };
        for batching in batchings {
            programs.extend(NOISES.map(|noise| Program { content, batching: *batching, noise, ..plain() }));
        }
    }
    programs
}

/// Programs that upload whole addresses, in all their habits.
fn uploaders() -> Vec<Program> {
    let mut programs = Vec::new();
    for encoding in ENCODINGS {
        for batching in BATCHINGS {
            for together in [Together::Batch, Together::EachEvent] {
                for connection in [Connection::Kept, Connection::NewEachTime] {
                    let program = Program { encoding, batching, together, connection, ..plain() };
                    programs.extend(NOISES.map(|noise| Program { noise, ..program }));
                }
            }
        }
    }
    programs
}

/// Programs that upload the beginning of addresses.
fn cut_off() -> Vec<Program> {
    let contents = [100, 256, 1000, 2000].map(Content::CutOff);
    contents
        .into_iter()
        .flat_map(|content| NOISES.map(|noise| Program { content, noise, ..plain() }))
        .collect()
}

fn plain() -> Program {
    Program {
        content: Content::Address,
        encoding: Encoding::Sensors,
        batching: Batching::Timer,
        together: Together::Batch,
        connection: Connection::Kept,
        noise: Noise::None,
        padding: false,
    }
}

/// All programs, spread over the processors.
fn measure(programs: &[Program], experiments: u32) -> Vec<Row> {
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut sizes = Sizes::default();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(program) = programs.get(index) else { break };
                    let tally = tally(*program, experiments, index as u64, &mut sizes);
                    rows.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(Row { program: *program, tally });
                }
            });
        }
    });
    rows.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Every second experiment is over padded TLS records. No two use the same seed.
fn tally(program: Program, experiments: u32, index: u64, sizes: &mut Sizes) -> Tally {
    let plan = Plan::named(Claim::C1, "browser", "http://pages.example/{}");
    let mut tally = Tally::default();
    for experiment in 0..experiments {
        let program = Program { padding: experiment % 2 == 1, ..program };
        let outcome = drive::run(plan.clone(), program, sizes, index << 32 | u64::from(experiment));
        if let Some(Measured::Length(result)) = outcome.cells.first().map(|cell| &cell.collectors) {
            tally.add(result, program);
        }
    }
    tally
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

/// Whether the name of an encoding is that of the program.
fn fits(name: &str, program: Program) -> bool {
    match (program.encoding, program.together) {
        (Encoding::Sensors, Together::Batch) => name.starts_with("base64 of gzip, percent"),
        (Encoding::Sensors, Together::EachEvent) => name.starts_with("base64 of gzip, twice"),
        (Encoding::OneTrack, Together::Batch) => name.starts_with("gzip (One"),
        (Encoding::OneTrack, Together::EachEvent) => name.starts_with("gzip, twice"),
        (Encoding::Script, _) => name.starts_with("base64, twice"),
    }
}

fn print_honest(rows: &[Row]) {
    println!(
        "| honest program | when it sends | experiments | said `uploaded` | 95 % interval | `not uploaded` | `undecided` |"
    );
    println!("|---|---|---|---|---|---|---|");
    let is_honest = |row: &&Row| !matches!(row.program.content, Content::Address | Content::CutOff(_));
    let honest: Vec<_> = rows.iter().filter(is_honest).collect();
    for content in [Content::Silent, Content::Pings, Content::Events, Content::PageCount] {
        for batching in BATCHINGS {
            for noise in NOISES {
                let is_meant = |row: &&&Row| {
                    let program = row.program;
                    (program.content, program.batching, program.noise) == (content, batching, noise)
                };
                if let Some(row) = honest.iter().find(is_meant) {
                    let what = format!("{content:?}, noise {noise:?}");
                    print_row(&what, when(content, batching), row.tally, row.tally.uploaded);
                }
            }
        }
    }
    let all = honest.iter().fold(Tally::default(), |all, row| all.join(row.tally));
    print_row("all", "", all, all.uploaded);
    println!();
}

fn when(content: Content, batching: Batching) -> &'static str {
    match (content, batching) {
        (Content::Silent, _) => "",
        (Content::Pings, _) => "once a minute",
        (_, Batching::Immediate) => "at once",
        (_, Batching::Timer) => "every 15 s",
        (_, Batching::Fifty) => "at 50 events",
        (_, Batching::Background) => "in the background",
    }
}

fn print_row(what: &str, when: &str, tally: Tally, errors: u32) {
    let share = |count: u32| 100.0 * f64::from(count) / f64::from(tally.experiments.max(1));
    println!(
        "| {what} | {when} | {} | {errors} | {} | {:.1} % | {:.1} % |",
        tally.experiments,
        interval(errors, tally.experiments),
        share(tally.not_uploaded),
        share(tally.undecided),
    );
}

fn interval(errors: u32, experiments: u32) -> String {
    let (low, high) = wilson(f64::from(errors), f64::from(experiments));
    format!("{:.2} to {:.2} %", 100.0 * low, 100.0 * high)
}

fn print_uploaders(rows: &[Row]) {
    println!(
        "| encoding | when it sends | compressed | connection | missed, no noise | light | heavy | bursts | 95 % interval, all four | encoding told |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let uploaders: Vec<_> = rows.iter().filter(|row| row.program.content == Content::Address).collect();
    for encoding in ENCODINGS {
        for batching in BATCHINGS {
            for together in [Together::Batch, Together::EachEvent] {
                for connection in [Connection::Kept, Connection::NewEachTime] {
                    let head = Program { encoding, batching, together, connection, ..plain() };
                    print_uploader(head, &uploaders);
                }
            }
        }
    }
    let all = uploaders.iter().fold(Tally::default(), |all, row| all.join(row.tally));
    let (missed, wrong) = (all.experiments - all.uploaded, all.not_uploaded);
    let interval = interval(missed, all.experiments);
    println!(
        "\nAll uploaders: missed {missed} of {} ({interval}); said `not uploaded` of {wrong}.\n",
        all.experiments
    );
}

/// A row: the four kinds of noise beside each other.
fn print_uploader(head: Program, uploaders: &[&Row]) {
    let key = |program: Program| (program.encoding, program.batching, program.together, program.connection);
    let mut all = Tally::default();
    print!(
        "| {:?} | {} | {:?} | {:?} |",
        head.encoding,
        when(head.content, head.batching),
        head.together,
        head.connection
    );
    for noise in NOISES {
        let is_meant = |row: &&&Row| key(row.program) == key(head) && row.program.noise == noise;
        let tally = uploaders.iter().find(is_meant).map(|row| row.tally).unwrap_or_default();
        print!(" {} of {} |", tally.experiments - tally.uploaded, tally.experiments);
        all = all.join(tally);
    }
    let told = 100.0 * f64::from(all.fitting) / f64::from(all.uploaded.max(1));
    println!(" {} | {told:.1} % |", interval(all.experiments - all.uploaded, all.experiments));
}

fn print_cut_off(rows: &[Row]) {
    println!(
        "| addresses cut off after | noise | experiments | missed | 95 % interval | `not uploaded` | `undecided` |"
    );
    println!("|---|---|---|---|---|---|---|");
    for most in [100, 256, 1000, 2000] {
        for noise in NOISES {
            let is_meant =
                |row: &&Row| row.program.content == Content::CutOff(most) && row.program.noise == noise;
            if let Some(Row { tally, .. }) = rows.iter().find(is_meant) {
                print_row(
                    &most.to_string(),
                    &format!("{noise:?}"),
                    *tally,
                    tally.experiments - tally.uploaded,
                );
            }
        }
    }
}
