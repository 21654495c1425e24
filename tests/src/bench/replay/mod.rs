//! Speed and memory of `telltale replay` beside other dissectors, on a capture that is made for it.
//!
//! Every program reads the same file from the page cache, one right after the other in each round.

mod capture;
mod traffic;

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use clap::{Args, ValueEnum};

use super::report::{median, number, spread};
use super::{find_program, load_average, machine, say, version};
use crate::sys;

/// Measures `telltale replay` beside tshark and ndpiReader, and prints a Markdown table.
#[derive(Debug, Args)]
pub struct ReplayOptions {
    /// Repetitions of everything
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Size of the capture in MB
    #[arg(long, value_name = "N", default_value_t = 520, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    megabytes: u64,
    /// Where the capture is made, and kept [default: made in a temporary folder, and removed]
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
    /// What to measure
    #[arg(
        long,
        value_name = "PROGRAM",
        value_delimiter = ',',
        default_value = "telltale,tshark,ndpi-reader"
    )]
    programs: Vec<Program>,
}

/// Who reads the capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Program {
    /// `telltale replay --json`: every flow with name and verdict
    Telltale,
    /// `tshark -T fields`: the names in every packet
    Tshark,
    /// `ndpiReader -v 2`: every flow with name
    NdpiReader,
}

/// One run of one program.
#[derive(Debug, Clone, Copy)]
struct Sample {
    program: Program,
    wall: f64,
    cpu: f64,
    /// Peak resident memory in MB.
    memory: f64,
}

/// Measures and prints.
pub fn run(options: &ReplayOptions) -> io::Result<()> {
    let versions: Vec<String> =
        options.programs.iter().map(|program| version(&program.path())).collect::<io::Result<_>>()?;
    let folder = tempfile::tempdir()?;
    let path = options.keep.clone().unwrap_or_else(|| folder.path().join("made.pcap"));
    let made = capture::write(&path, options.megabytes * 1_000_000)?;
    say(&format!("{}: {} packets, {} flows", path.display(), made.packets, made.flows));
    let load_before = load_average()?;
    let mut samples = Vec::new();
    for round in 1..=options.rounds {
        for &program in &options.programs {
            let sample = program.measure(&path)?;
            say(&format!("round {round}, {program}: {:.2} s, {:.0} MB", sample.wall, sample.memory));
            samples.push(sample);
        }
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{}; {}.", machine()?, versions.join("; "))?;
    writeln!(
        out,
        "{:.0} MB, {} packets, {} flows, {} rounds; load average {load_before} before, {} after.{}\n",
        made.bytes as f64 / 1e6,
        made.packets,
        made.flows,
        options.rounds,
        load_average()?,
        if cfg!(debug_assertions) { " **A debug build: these figures mean nothing.**" } else { "" },
    )?;
    write!(out, "{}", table(&samples, &options.programs, made.packets as f64))
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Telltale => "telltale",
            Self::Tshark => "tshark",
            Self::NdpiReader => "ndpiReader",
        })
    }
}

impl Program {
    fn path(self) -> PathBuf {
        match self {
            Self::Telltale => find_program(Path::new("telltale")),
            Self::Tshark | Self::NdpiReader => self.to_string().into(),
        }
    }

    /// What each has to be told so that it names what it finds.
    fn command(self, capture: &Path) -> Command {
        let mut command = Command::new(self.path());
        match self {
            Self::Telltale => command.args(["replay", "--json", "-q"]).arg(capture),
            Self::Tshark => command.arg("-n").arg("-r").arg(capture).args([
                "-T",
                "fields",
                "-e",
                "dns.qry.name",
                "-e",
                "tls.handshake.extensions_server_name",
                "-e",
                "http.host",
            ]),
            Self::NdpiReader => command.args(["-v", "2", "-i"]).arg(capture),
        };
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn measure(self, capture: &Path) -> io::Result<Sample> {
        let mut command = self.command(capture);
        let start = Instant::now();
        let child = sys::die_with_parent(&mut command).spawn()?;
        let end = sys::wait(child)?;
        let wall = start.elapsed().as_secs_f64();
        if !end.status.success() {
            return Err(io::Error::other(format!("{self} failed: {}", end.status)));
        }
        Ok(Sample { program: self, wall, cpu: end.cpu.as_secs_f64(), memory: end.peak_kb as f64 / 1e3 })
    }
}

/// A figure of a sample, given how many packets there were.
type Figure = (&'static str, fn(&Sample, f64) -> f64);

const FIGURES: [Figure; 3] = [
    ("packets per second, thousands ↑", |sample, packets| packets / sample.wall / 1e3),
    ("processor time, s ↓", |sample, _| sample.cpu),
    ("peak memory, MB ↓", |sample, _| sample.memory),
];

/// A row per figure: the median of each program, and of the ratios of each round.
fn table(samples: &[Sample], programs: &[Program], packets: f64) -> String {
    let others: Vec<Program> =
        programs.iter().copied().filter(|program| *program != Program::Telltale).collect();
    let mut table = String::from("| figure |");
    table.extend(programs.iter().map(|program| format!(" {program} |")));
    table.extend(others.iter().map(|other| format!(" telltale / {other} |")));
    table += &format!("\n|---|{}\n", "---|".repeat(programs.len() + others.len()));
    for (name, figure) in FIGURES {
        let of = |program: Program| -> Vec<f64> {
            let of_program = samples.iter().filter(|sample| sample.program == program);
            of_program.map(|sample| figure(sample, packets)).collect()
        };
        let medians = programs.iter().map(|program| median(&of(*program)).map_or_else(|| "-".into(), number));
        let ratios = others.iter().map(|other| {
            let pairs = of(Program::Telltale).into_iter().zip(of(*other));
            spread(&pairs.map(|(own, other)| own / other).collect::<Vec<f64>>())
        });
        let cells: Vec<String> = medians.chain(ratios).collect();
        table += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    table
}
