//! Speed, delay, memory and processor time of `telltale tun` beside no relay and beside peers.
//!
//! In every round each test runs on every relay in turn, each time with fresh namespaces and a fresh process: figures
//! that are compared were measured seconds apart. The relay is a process of its own; all load comes from others.

mod bed;
mod iperf;
mod load;
mod measure;
mod process;
mod replay;
mod report;

use std::fs::File;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

use clap::Args;

pub use bed::Relay;
pub use measure::Test;
pub use replay::{ReplayOptions, run as run_replay};

use crate::world::raise_open_files;
use bed::Bed;
use measure::{Effort, Figure};
use report::{Sample, number, table};

/// Between two measurements, for the kernel to clean up.
const PAUSE: Duration = Duration::from_millis(300);

/// Measures `telltale tun` beside no relay and beside peers, and prints a Markdown table.
#[derive(Debug, Args)]
pub struct Options {
    /// Repetitions of everything
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: u32,
    /// How long each transfer lasts
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// MTU of the relay's device
    #[arg(long, value_name = "N", default_value_t = 1500, value_parser = clap::value_parser!(u16).range(1280..))]
    mtu: u16,
    /// Idle flows of `hold` and `crowd`
    #[arg(long, value_name = "N", default_value_t = 4000, value_parser = clap::value_parser!(u16).range(1..=8000))]
    idle_flows: u16,
    /// Only these tests
    #[arg(
        long,
        value_name = "TEST",
        value_delimiter = ',',
        default_value = "up1,dn1,up8,dn8,rr,cps,hold,crowd,udpup,udpdn"
    )]
    only: Vec<Test>,
    /// What to measure
    #[arg(long, value_name = "RELAY", value_delimiter = ',', default_value = "direct,telltale,tun2proxy")]
    relays: Vec<Relay>,
    /// Also write every single figure to FILE, one JSON object per line
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Measures and prints. The process must be in its own namespaces already: [`crate::world::enter`].
pub fn run(options: &Options) -> io::Result<()> {
    let versions = versions(&options.relays)?;
    let json = options.json.as_ref().map(File::create).transpose()?;
    raise_open_files();
    let load_before = load_average()?;
    let mut run = Run { options, json, samples: Vec::new(), failures: Vec::new() };
    for round in 1..=options.rounds {
        for &test in &options.only {
            for &relay in &options.relays {
                run.measure(round, test, relay)?;
            }
        }
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{}; {}.", machine()?, versions.join("; "))?;
    writeln!(
        out,
        "MTU {}, {} rounds, {} s per transfer, {} idle flows; load average {load_before} before, {} after.{}\n",
        options.mtu,
        options.rounds,
        options.seconds,
        options.idle_flows,
        load_average()?,
        if cfg!(debug_assertions) { " **A debug build: these figures mean nothing.**" } else { "" },
    )?;
    write!(out, "{}", table(&run.samples, &options.relays))?;
    for failure in &run.failures {
        writeln!(out, "\nFailed: {failure}")?;
    }
    Ok(())
}

struct Run<'a> {
    options: &'a Options,
    json: Option<File>,
    samples: Vec<Sample>,
    failures: Vec<String>,
}

impl Run<'_> {
    /// A relay that fails a test is reported, and the others go on.
    fn measure(&mut self, round: u32, test: Test, relay: Relay) -> io::Result<()> {
        let effort = Effort {
            duration: Duration::from_secs(self.options.seconds),
            idle_flows: self.options.idle_flows,
        };
        let measure = || test.measure(&Bed::new(relay, self.options.mtu)?, effort);
        // Namespaces complain by panicking, for instance when the relay's device is gone.
        let figures = catch_unwind(AssertUnwindSafe(measure))
            .unwrap_or_else(|_| Err(io::Error::other("set-up failed, see above")));
        let what = format!("round {round}, {test}, {relay}");
        match figures {
            Ok(figures) => {
                say(&format!("{what}: {}", summary(&figures)));
                for figure in figures {
                    let sample = Sample { round, test, relay, figure };
                    if let Some(json) = &mut self.json {
                        writeln!(json, "{}", sample.json())?;
                    }
                    self.samples.push(sample);
                }
            }
            Err(error) => {
                say(&format!("{what}: failed: {error}"));
                self.failures.push(format!("{what}: {error}"));
            }
        }
        thread::sleep(PAUSE);
        Ok(())
    }
}

fn summary(figures: &[Figure]) -> String {
    if figures.is_empty() {
        return "nothing to measure".into();
    }
    let words = figures.iter().map(|figure| {
        let text = format!("{} {} {}", figure.name, number(figure.value), figure.unit);
        text.trim_end().to_owned()
    });
    words.collect::<Vec<_>>().join(", ")
}

#[expect(clippy::print_stderr, reason = "progress for people; the table goes to standard output")]
fn say(text: &str) {
    eprintln!("{text}");
}

/// What every program says it is; an error when one is missing.
fn versions(relays: &[Relay]) -> io::Result<Vec<String>> {
    let programs = relays.iter().filter_map(|relay| relay.program());
    programs.chain([PathBuf::from("iperf3")]).map(|program| version(&program)).collect()
}

fn version(program: &Path) -> io::Result<String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().map_err(|error| {
        let name = program.display();
        io::Error::new(error.kind(), format!("cannot run {name}: {error}; `scripts/bench.sh` installs it"))
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    // Some add what they belong to, when they were built and with what.
    let number = text.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    let name = program.file_name().unwrap_or_default().display();
    Ok(format!("{name} {}", number.unwrap_or_default()))
}

/// A program of the build directory: `installed` is looked for beside this one and above.
fn find_program(installed: &Path) -> PathBuf {
    let this = env::current_exe().expect("a program has a path");
    let found = this.ancestors().skip(1).map(|folder| folder.join(installed)).find(|path| path.is_file());
    found.unwrap_or_else(|| installed.to_owned())
}

fn machine() -> io::Result<String> {
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    Ok(format!(
        "{} x {}, Linux {}",
        thread::available_parallelism()?,
        model.unwrap_or("processor"),
        kernel.trim()
    ))
}

fn load_average() -> io::Result<String> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').next().unwrap_or_default().to_owned())
}
