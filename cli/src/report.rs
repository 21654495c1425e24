//! `telltale report`: the record as one page that explains itself; and whether such a page fits a record.

use std::fs;
use std::io::{self, BufWriter, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use clap::Args;
use nix::sys::utsname::uname;
use serde::Serialize;
use telltale_core::event::Timestamp;
use telltale_core::report::{self, Fact, Options, ReportError, Stamp};
use telltale_core::rules::{RuleSet, RulesError};
use telltale_core::store::{Journal, Moment, StoreError};
use tempfile::NamedTempFile;

use crate::args::Global;
use crate::error::Error;
use crate::output;
use crate::query::now;

/// Bytes of a report that are read: far more than any has.
const MOST: u64 = 256 << 20;

/// Arguments of `telltale report`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct ReportArgs {
    /// Where the page goes; with --verify the record, instead of --db
    #[arg(value_name = "FILE", required_unless_present = "verify")]
    file: Option<PathBuf>,
    /// Only from then on: 2026-03-01T12:00:00Z, or an age such as 30m, 2h, 7d
    #[arg(long, value_name = "TIME")]
    since: Option<Moment>,
    /// Only before then
    #[arg(long, value_name = "TIME")]
    until: Option<Moment>,
    /// Only of this package, program (path or file name) or uid
    #[arg(long)]
    app: Option<String>,
    /// With what is personal in requests that passed in the clear
    #[arg(long)]
    full: bool,
    /// Something that the record does not know, such as 'Mi Browser=12.1.4'; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    fact: Vec<FactArgument>,
    /// Check whether this report fits the record
    #[arg(long, value_name = "REPORT", conflicts_with_all = ["since", "until", "app", "full", "fact"])]
    verify: Option<PathBuf>,
}

const HELP: &str = "The page needs nothing from elsewhere and runs nothing. Unless --full is given, what is personal is replaced by its \
kind, its length and a hash. `telltale report --verify REPORT [RECORD]` makes the report again from the record and says in one \
line whether it fits, with status 1 if not.";

/// A [`Fact`] on the command line.
#[derive(Debug, Clone)]
struct FactArgument(Fact);

/// A text that is no fact.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not of the form NAME=VALUE")]
struct NotAFact(String);

impl FromStr for FactArgument {
    type Err = NotAFact;

    fn from_str(text: &str) -> Result<Self, NotAFact> {
        let (name, value) = text.split_once('=').ok_or_else(|| NotAFact(text.to_owned()))?;
        Ok(Self(Fact { name: name.trim().to_owned(), value: value.trim().to_owned() }))
    }
}

/// Why there is no report, or none that could be checked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReportCommandError {
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the embedded catalogue is broken, this is a bug: {0}")]
    Rules(#[from] RulesError),
    #[error("{path} cannot be written: {source}; choose another place for the report")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} cannot be read: {source}; check the path")]
    Read { path: PathBuf, source: io::Error },
    #[error("{path} is no report: larger than {MOST} bytes")]
    TooLarge { path: PathBuf },
}

pub(crate) fn report(args: &ReportArgs, global: &Global) -> Result<ExitCode, Error> {
    match (&args.verify, &args.file) {
        (Some(report), record) => verify(report, record.as_deref(), global),
        (None, Some(file)) => {
            let stamp = make(file, &args.options(), &global.record_path()?)?;
            tell(file, &stamp, global)?;
            Ok(ExitCode::SUCCESS)
        }
        (None, None) => Ok(ExitCode::FAILURE),
    }
}

/// Of what was recorded from `since` on; for `telltale run --report`.
pub(crate) fn report_run(file: &Path, since: Timestamp, global: &Global) -> Result<(), Error> {
    let options = Options { since: Some(since), facts: vec![machine()], ..Options::new(now()) };
    make(file, &options, &global.record_path()?)?;
    if !global.quiet {
        output::remark(&format!("telltale: the report is in {}", file.display()));
    }
    Ok(())
}

impl ReportArgs {
    fn options(&self) -> Options {
        let made = now();
        let facts = self.fact.iter().map(|fact| fact.0.clone()).chain([machine()]);
        Options {
            since: self.since.map(|moment| moment.resolve(made)),
            until: self.until.map(|moment| moment.resolve(made)),
            app: self.app.clone(),
            full: self.full,
            facts: facts.collect(),
            ..Options::new(made)
        }
    }
}

/// The file is there whole, or not at all, and for nobody else to read.
fn make(file: &Path, options: &Options, record: &Path) -> Result<Stamp, ReportCommandError> {
    let journal = Journal::open(record)?;
    let failed = |source| ReportCommandError::Write { path: file.to_owned(), source };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = NamedTempFile::new_in(folder).map_err(failed)?;
    let stamp = report::write(&journal, &RuleSet::embedded()?, options, BufWriter::new(&mut draft))?;
    draft.persist(file).map_err(|error| failed(error.error))?;
    Ok(stamp)
}

fn tell(file: &Path, stamp: &Stamp, global: &Global) -> io::Result<()> {
    if global.json {
        return output::print_json(stamp);
    }
    if global.quiet {
        return Ok(());
    }
    let figures = &stamp.figures;
    let kept = if stamp.options.full { "with personal values" } else { "redacted" };
    output::print(&format!(
        "{}: uploads to collectors: {} (apps: {}, collectors: {}), requests in the clear: {}; {kept}",
        file.display(),
        figures.findings,
        figures.apps_flagged,
        figures.hosts_flagged,
        figures.requests,
    ))
}

#[derive(Serialize)]
struct Verified {
    fits: bool,
    why: String,
}

fn verify(report: &Path, record: Option<&Path>, global: &Global) -> Result<ExitCode, Error> {
    let record = record.map_or_else(|| global.record_path(), |path| Ok(path.to_owned()))?;
    let fit = fit(report, &record)?;
    let told = Verified { fits: fit.is_good(), why: fit.to_string() };
    if global.json {
        output::print_json(&told)?
    } else {
        output::print(&told.why)?
    }
    Ok(if told.fits { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn fit(report: &Path, record: &Path) -> Result<report::Fit, ReportCommandError> {
    let journal = Journal::open(record)?;
    Ok(report::verify(&journal, &RuleSet::embedded()?, &read(report)?)?)
}

fn read(path: &Path) -> Result<String, ReportCommandError> {
    let failed = |source| ReportCommandError::Read { path: path.to_owned(), source };
    let mut text = String::new();
    let read = fs::File::open(path).map_err(failed)?.take(MOST + 1).read_to_string(&mut text);
    match read {
        Ok(bytes) if bytes as u64 > MOST => Err(ReportCommandError::TooLarge { path: path.to_owned() }),
        Ok(_) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(ReportError::NotAReport.into()),
        Err(error) => Err(failed(error)),
    }
}

/// Where the report is made; the record may come from elsewhere.
fn machine() -> Fact {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let pretty = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let kernel = uname().map(|name| format!("Linux {}", name.release().to_string_lossy())).ok();
    let system = pretty.map(|name| name.trim_matches('"').to_owned());
    let value = system.into_iter().chain(kernel).collect::<Vec<_>>().join(", ");
    Fact { name: "Report made on".to_owned(), value }
}
