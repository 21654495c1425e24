//! What a person sees while a session runs: a line per finding, one line of counts, a summary at the end. A
//! program sees one JSON object per flow.

mod counts;
mod summary;

use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use telltale_core::event::{Event, FlowRecord, Notice};
use telltale_core::session::Counts;
use telltale_core::store::Writer;

pub(crate) use self::counts::line as counter_line;
pub(crate) use self::summary::Summary;
use crate::output;
use crate::session::SessionOptions;

/// Lines that may wait; a terminal that is slower than that loses some, never the relay its time.
const MAX_LINES: usize = 4096;

/// The counter line is drawn, and the record asked how it is, this often.
const REFRESH: Duration = Duration::from_millis(500);

/// The thread that shows.
pub(crate) struct View {
    lines: SyncSender<Line>,
    counts: Arc<Counts>,
    wants_flows: bool,
    thread: JoinHandle<()>,
}

/// The end of it that the data plane holds.
pub(crate) struct Feed {
    lines: SyncSender<Line>,
    counts: Arc<Counts>,
    wants_flows: bool,
}

enum Line {
    Finding(Box<FlowRecord>),
    Ended(Box<FlowRecord>),
    Notice(Notice),
    Finish,
}

/// The counter line shares the terminal with the command's own output: one that ends soon does without.
const COUNTER_AFTER: Duration = Duration::from_secs(2);

/// State of the thread.
struct Screen {
    counts: Arc<Counts>,
    json: bool,
    quiet: bool,
    db: Option<PathBuf>,
    record: Option<Arc<Writer>>,
    start: Instant,
    /// Hidden for a start.
    counter: ProgressBar,
    wants_counter: bool,
    summary: Summary,
    /// Lines about findings.
    said: HashSet<String>,
}

impl View {
    /// Starts the thread.
    pub(crate) fn start(options: &SessionOptions, record: Option<Arc<Writer>>) -> Self {
        let (lines, inbox) = mpsc::sync_channel(MAX_LINES);
        let counts = Arc::new(Counts::default());
        let mut screen = Screen {
            counts: Arc::clone(&counts),
            json: options.json,
            quiet: options.quiet,
            db: options.db.clone(),
            record,
            start: now(),
            counter: ProgressBar::hidden(),
            wants_counter: !options.quiet && !options.json && io::stderr().is_terminal(),
            summary: Summary::default(),
            said: HashSet::new(),
        };
        let thread = thread::spawn(move || screen.run(&inbox));
        Self { lines, counts, wants_flows: options.json, thread }
    }

    /// What the data plane feeds.
    pub(crate) fn feed(&self) -> Feed {
        Feed { lines: self.lines.clone(), counts: Arc::clone(&self.counts), wants_flows: self.wants_flows }
    }

    /// Shows the summary and ends.
    pub(crate) fn finish(self) {
        if self.lines.send(Line::Finish).is_ok() && self.thread.join().is_err() {
            log::error!("the view panicked; this is a bug");
        }
    }
}

impl Feed {
    /// Takes note of an event without ever waiting.
    pub(crate) fn show(&mut self, event: &Event) {
        let line = match event {
            Event::Finding(flow) => Line::Finding(flow.clone()),
            Event::Notice(notice) => Line::Notice(notice.clone()),
            Event::FlowClosed(flow) => {
                self.counts.add(flow);
                if !self.wants_flows && flow.finding.is_none() {
                    return;
                }
                Line::Ended(flow.clone())
            }
            Event::FlowUpdated(_) | Event::Request { .. } | Event::OwnerWanted { .. } => return,
        };
        if self.lines.try_send(line).is_err() {
            log::debug!("a line of the view was lost");
        }
    }
}

impl Screen {
    fn run(&mut self, inbox: &Receiver<Line>) {
        loop {
            match inbox.recv_timeout(REFRESH) {
                Ok(Line::Finding(flow)) => self.show_finding(&flow),
                Ok(Line::Ended(flow)) => self.show_end(&flow),
                Ok(Line::Notice(notice)) => self.say(&format!("telltale: {notice}")),
                Ok(Line::Finish) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.refresh();
        }
        self.refresh();
        self.counter.finish_and_clear();
        if !self.quiet {
            let db = self.record.as_ref().and(self.db.as_deref());
            // Where standard error is closed there is nobody to tell.
            let _unheard = self.summary.write(&counter_line(&self.counts.totals()), db);
        }
    }

    fn refresh(&mut self) {
        if self.wants_counter && now().saturating_duration_since(self.start) >= COUNTER_AFTER {
            self.wants_counter = false;
            self.counter = counter();
        }
        if let Some(failure) = self.record.as_ref().and_then(|record| record.poll_failure()) {
            self.say(&format!("telltale: {failure}"));
        }
        self.counter.set_message(counter_line(&self.counts.totals()));
    }

    /// A browser opens several connections to one host: that is one line.
    fn show_finding(&mut self, flow: &FlowRecord) {
        let line = finding_line(flow);
        if self.said.len() >= MAX_LINES {
            self.said.clear();
        }
        if !self.quiet && self.said.insert(line.clone()) {
            self.say(&line);
        }
    }

    fn show_end(&mut self, flow: &FlowRecord) {
        self.summary.add(flow);
        if self.json {
            self.counter.suspend(|| output_json(flow));
        }
    }

    /// A line above the counter, on standard error.
    fn say(&self, line: &str) {
        self.counter.suspend(|| output::remark(line));
    }
}

fn counter() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(2));
    bar.set_style(
        ProgressStyle::with_template("telltale: {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    bar
}

#[expect(clippy::disallowed_methods, reason = "what a person sees goes by the clock")]
fn now() -> Instant {
    Instant::now()
}

fn output_json(flow: &FlowRecord) {
    let Ok(json) = serde_json::to_string(flow) else { return };
    // Nobody reads any more: the command goes on.
    let _unread = writeln!(io::stdout(), "{json}");
}

/// Who, whom, how that is known, and why it matters.
fn finding_line(flow: &FlowRecord) -> String {
    let who = summary::process_of(flow);
    let pid =
        flow.owner.as_ref().and_then(|owner| owner.pid).map(|pid| format!(" [{pid}]")).unwrap_or_default();
    let host = summary::host_of(flow);
    let how = flow.name.as_ref().map_or("address", |name| name.provenance.as_str());
    let why = flow.finding.as_ref().map_or("", |finding| &*finding.why);
    format!("telltale: {who}{pid} -> {host} ({how}): {why}")
}
