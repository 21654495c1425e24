//! `telltale replay`: the flows of captures, as if they passed now.

mod capture;
mod progress;
mod table;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use telltale_core::event::{Event, FlowRecord, GapReason, Timestamp};
use telltale_core::replay::{Replay, UnknownLinkType};
use telltale_core::rules::RulesError;
use telltale_core::session::Counts;
use telltale_core::sniff::{CaptureBudget, KeptRequest};
use telltale_core::store::{Retention, StoreConfig, StoreError, Writer};

use self::capture::{Capture, CaptureError};
use self::progress::Progress;
use self::table::FlowTable;
use crate::args::{CaptureArgs, Global};
use crate::output;
use crate::rules::rule_set;
use crate::view::{Summary, counter_line};

/// A file system answers in about this much; the rest of the buffer is the page cache's.
const READ_AHEAD: usize = 256 * 1024;

/// Arguments of `telltale replay`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ReplayArgs {
    /// Captures in pcap or pcapng; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// At most so many flows in the table; 0 is all
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// Keep the flows in this record, to be queried by `telltale --db FILE`
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    #[command(flatten)]
    capture: CaptureArgs,
}

const AFTER_HELP: &str = "Files that follow each other in time are one capture: its flows and names go on from file to \
file. One that begins before the last one ended is a capture of its own. Nothing is recorded but with --record; give \
it a file of its own, for in this computer's record old flows are soon dropped.";

/// Why a replay did not start or go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplayError {
    #[error("the embedded catalogue is broken, this is a bug: {0}")]
    Rules(#[from] RulesError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// Why a file was not used, or not to its end.
#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("cannot be opened: {0}")]
    Open(#[source] io::Error),
    #[error(transparent)]
    Capture(#[from] CaptureError),
    #[error(transparent)]
    Link(#[from] UnknownLinkType),
    #[error(transparent)]
    Output(io::Error),
}

/// Reads every file, whatever is wrong with the others.
pub(crate) fn replay(args: &ReplayArgs, global: &Global) -> Result<ExitCode, ReplayError> {
    let mut player = Player::new(args, global)?;
    let progress = Progress::start(&args.files, global.quiet);
    let mut is_whole = true;
    for file in &args.files {
        match player.play(file, &progress) {
            Ok(()) => {}
            Err(FileError::Output(error)) => return Err(error.into()),
            Err(error) => {
                is_whole = false;
                progress.suspend(|| output::complain(&format!("{}: {error}", output::name_of(file))));
            }
        }
    }
    progress.finish();
    player.finish()?;
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A replay and those who watch it.
struct Player {
    replay: Replay,
    show: Show,
    record: Option<Writer>,
    /// For what goes into the record.
    budget: CaptureBudget,
    counts: Counts,
    summary: Summary,
    quiet: bool,
}

/// Where flows are shown.
enum Show {
    Json(BufWriter<io::Stdout>),
    Table(FlowTable),
}

impl Player {
    fn new(args: &ReplayArgs, global: &Global) -> Result<Self, ReplayError> {
        let record = args.record.as_deref().map(open_record).transpose()?;
        let session = record.as_ref().map_or(0, Writer::session);
        let show = if global.json {
            Show::Json(BufWriter::new(io::stdout()))
        } else {
            Show::Table(FlowTable::new(args.limit))
        };
        let mut replay = Replay::new(session, rule_set(&global.own_lists())?, some_instant());
        let budget = record.as_ref().map(|_| CaptureBudget::new(args.capture.limits())).unwrap_or_default();
        replay.capture(budget.clone());
        Ok(Self {
            replay,
            show,
            record,
            budget,
            counts: Counts::default(),
            summary: Summary::default(),
            quiet: global.quiet,
        })
    }

    fn play(&mut self, file: &Path, progress: &Progress) -> Result<(), FileError> {
        let source: Box<dyn Read> = if output::is_standard_input(file) {
            Box::new(io::stdin().lock())
        } else {
            Box::new(File::open(file).map_err(FileError::Open)?)
        };
        let mut capture = Capture::open(BufReader::with_capacity(READ_AHEAD, progress.watch(source)))?;
        self.replay.begin_file();
        let mut unknown = None;
        while let Some(frame) = capture.next()? {
            if let Err(error) = self.replay.handle_frame(&frame) {
                unknown.get_or_insert(error);
            }
            self.show_events().map_err(FileError::Output)?;
        }
        unknown.map_or(Ok(()), |error| Err(error.into()))
    }

    fn show_events(&mut self) -> io::Result<()> {
        while let Some(event) = self.replay.poll_event() {
            match event {
                Event::FlowClosed(flow) => self.show_end(flow)?,
                Event::Request { flow, time, request } => self.record_request(flow, time, request),
                Event::Notice(notice) if !self.quiet => output::remark(&format!("telltale: {notice}")),
                // A finding comes again with the end of its flow.
                Event::Finding(_) | Event::FlowUpdated(_) | Event::OwnerWanted { .. } | Event::Notice(_) => {}
            }
        }
        Ok(())
    }

    /// A capture can wait until what it has sent is in the record.
    fn record_request(&self, flow: Box<FlowRecord>, time: Timestamp, request: Box<KeptRequest>) {
        let Some(record) = &self.record else { return };
        record.record_request(flow, time, request);
        if self.budget.is_scarce() {
            record.flush();
        }
    }

    fn show_end(&mut self, flow: Box<FlowRecord>) -> io::Result<()> {
        self.counts.add(&flow);
        self.summary.add(&flow);
        match &mut self.show {
            Show::Json(out) => {
                serde_json::to_writer(&mut *out, &flow)?;
                out.write_all(b"\n")?;
            }
            Show::Table(table) => table.add(&flow),
        }
        if let Some(record) = &self.record {
            record.record_end(flow);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), ReplayError> {
        self.replay.finish();
        self.show_events()?;
        match self.show {
            Show::Json(mut out) => out.flush()?,
            Show::Table(table) => table.write(self.quiet)?,
        }
        if let Some(record) = self.record {
            record.close(GapReason::NotRunning);
        }
        if !self.quiet {
            self.summary.write(&counter_line(&self.counts.totals()), None)?;
            output::remark(&format!("telltale: {}", self.replay.statistics()));
        }
        Ok(())
    }
}

/// A capture is as old as it is: nothing of it is dropped for its age.
fn open_record(path: &Path) -> Result<Writer, StoreError> {
    const EVER: Duration = Duration::MAX;
    let retention = Retention { flows: EVER, findings: EVER, ..Retention::default() };
    Writer::open(path, StoreConfig { retention, ..StoreConfig::default() })
}

#[expect(clippy::disallowed_methods, reason = "a replay counts from any instant")]
fn some_instant() -> Instant {
    Instant::now()
}
