//! `telltale export`: the record taken away, in the formats of others.
//!
//! | format | holds | file |
//! |---|---|---|
//! | `csv`, `jsonl` | flows, or (`jsonl`) kept requests as they were decoded | here |
//! | `parquet` | flows in typed columns | `parquet` |
//! | `pcapng` | a conversation per flow, rebuilt from what was kept | `pcapng`, `conversation` |
//! | `har` | kept requests | `har` |
//!
//! What was said leaves redacted unless all of it is asked for (`outgoing`); whatever comes in between, no half file is
//! left (`destination`).

mod conversation;
mod destination;
mod har;
mod outgoing;
mod parquet;
mod pcapng;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, ValueEnum};
use telltale_core::store::{ExportError, ExportFormat, Filter, Journal, Moment, StoreError};

use self::destination::{Destination, DestinationError};
use self::outgoing::Outgoing;
use crate::args::{self, Global};
use crate::{output, query};

/// Arguments of `telltale export`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ExportArgs {
    /// What the file is to be
    #[arg(long)]
    format: Format,
    /// What is to be in it: single flows, or requests that passed in the clear (jsonl only)
    #[arg(long, default_value = "flows")]
    what: What,
    /// Only from then on: 2026-03-01T12:00:00Z, or an age such as 30m, 2h, 7d
    #[arg(long, value_name = "TIME")]
    since: Option<Moment>,
    /// Only before then
    #[arg(long, value_name = "TIME")]
    until: Option<Moment>,
    /// Only of this package, program (path or file name) or uid
    #[arg(long)]
    app: Option<String>,
    /// Only with this host, or hosts of this domain
    #[arg(long)]
    host: Option<String>,
    /// Only with hosts of this party, such as Xiaomi
    #[arg(long)]
    party: Option<String>,
    /// Requests as they were sent, with everything personal in them
    #[arg(long)]
    full: bool,
    /// Replace FILE if it is there
    #[arg(long)]
    force: bool,
    /// The new file; `-` is standard output
    file: PathBuf,
}

const AFTER_HELP: &str = "csv, jsonl and parquet hold flows and nothing that these carried. pcapng and har hold what was kept \
of requests in the clear, and jsonl with --what evidence what it says: redacted, unless with --full. The packets of pcapng \
are rebuilt: none was kept. docs/exports.md has the columns.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A heading, then a line per flow
    Csv,
    /// An object per line
    Jsonl,
    /// Flows in typed columns, as DuckDB reads it
    Parquet,
    /// Rebuilt packets, as Wireshark reads it
    Pcapng,
    /// Kept requests, as a browser's developer tools read it
    Har,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Flows,
    Evidence,
}

/// Why the record did not get out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportCommandError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// It is told as one of the destination's.
    #[error("{0}")]
    Write(#[from] io::Error),
}

impl From<ExportError> for ExportCommandError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Store(error) => error.into(),
            ExportError::Write(error) => error.into(),
        }
    }
}

impl ExportArgs {
    /// What is wrong with these arguments together.
    pub(crate) fn conflict(&self) -> Option<clap::Error> {
        let carries_payload = match self.format {
            Format::Pcapng | Format::Har => true,
            Format::Jsonl => self.what == What::Evidence,
            Format::Csv | Format::Parquet => false,
        };
        let told = if self.what == What::Evidence && self.format != Format::Jsonl {
            "--what evidence is for --format jsonl; har and pcapng hold requests by themselves"
        } else if self.full && !carries_payload {
            "--full is for requests: --format har, --format pcapng, or --format jsonl --what evidence"
        } else {
            return None;
        };
        Some(args::Args::command().error(ErrorKind::ArgumentConflict, told))
    }

    fn filter(&self) -> Filter {
        let now = query::now();
        Filter {
            since: self.since.map(|moment| moment.resolve(now)),
            until: self.until.map(|moment| moment.resolve(now)),
            app: self.app.clone(),
            host: self.host.clone(),
            party: self.party.clone(),
            ..Filter::default()
        }
    }
}

pub(crate) fn export(args: &ExportArgs, record: &Path, global: &Global) -> Result<(), ExportCommandError> {
    let journal = Journal::open(record)?;
    let mut destination = Destination::open(&args.file, args.force, record)?;
    let told = match write(args, &journal, &mut destination) {
        Err(ExportCommandError::Write(error)) => return Err(destination.explain(error).into()),
        outcome => outcome?,
    };
    destination.finish()?;
    if !global.quiet {
        output::remark(&format!("telltale: {told} in {}", output::name_of_output(&args.file)));
    }
    Ok(())
}

/// Says what was written.
fn write(args: &ExportArgs, journal: &Journal, sink: &mut Destination) -> Result<String, ExportCommandError> {
    let filter = args.filter();
    let outgoing = || Outgoing::new(journal, args.full);
    Ok(match (args.format, args.what) {
        (Format::Csv, _) => flows(journal.export(&filter, ExportFormat::Csv, sink)?),
        (Format::Jsonl, What::Flows) => flows(journal.export(&filter, ExportFormat::JsonLines, sink)?),
        (Format::Jsonl, What::Evidence) => requests(evidence(&outgoing()?, &filter, sink)?),
        (Format::Parquet, _) => flows(parquet::write(journal, &filter, sink)?),
        (Format::Pcapng, _) => pcapng::write(&outgoing()?, &filter, sink)?.to_string(),
        (Format::Har, _) => requests(har::write(&outgoing()?, &filter, sink)?),
    })
}

fn evidence(
    outgoing: &Outgoing<'_>,
    filter: &Filter,
    sink: &mut Destination,
) -> Result<u64, ExportCommandError> {
    let mut sink = io::BufWriter::new(sink);
    let count = outgoing.each_evidence(filter, |evidence| {
        serde_json::to_writer(&mut sink, &outgoing.evidence(evidence)).map_err(io::Error::from)?;
        Ok(sink.write_all(b"\n")?)
    })?;
    sink.flush()?;
    Ok(count)
}

fn flows(count: u64) -> String {
    format!("{count} flows")
}

fn requests(count: u64) -> String {
    format!("{count} requests")
}
