//! The near end of the record: takes events off the data plane's hands and passes them to the thread that writes.
//!
//! Recording never holds up relaying: when the channel is full an event is counted as lost, and the record has a
//! gap to show for it.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::book::{Book, Session};
use super::erase::Scope;
use super::error::StoreError;
use super::experiments::ExperimentRow;
use super::lock::Lock;
use super::retention::Retention;
use super::schema;
use super::worker::Worker;
use crate::event::{Event, FlowRecord, Gap, GapReason, Mark, Notice, Timestamp};
use crate::sniff::KeptRequest;

/// Events on their way to the thread: what a burst of the data plane brings while one batch is written.
const QUEUE: usize = 8_192;

/// How the writer goes about it. The default is right for a phone and a computer.
#[derive(Clone)]
pub struct StoreConfig {
    pub retention: Retention,
    /// Longest time that an event waits before it is written.
    pub commit_every: Duration,
    /// Longest time without a sign of life in the record: how far off the beginning of a gap may be.
    pub heartbeat: Duration,
    /// Time between two looks for what is to be dropped.
    pub prune_every: Duration,
    /// Time between two attempts when the record cannot be written.
    pub retry_every: Duration,
    /// How long to wait for another program that has the file locked.
    pub patience: Duration,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            retention: Retention::default(),
            commit_every: Duration::from_millis(500),
            heartbeat: Duration::from_secs(1),
            // Costs nothing when nothing is due, and an hour of heavy traffic outgrows any size.
            prune_every: Duration::from_secs(60),
            retry_every: Duration::from_secs(3),
            patience: Duration::from_secs(2),
            clock: system_time,
        }
    }
}

impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreConfig").field("retention", &self.retention).finish_non_exhaustive()
    }
}

/// Records events on a thread of its own. Dropping it ends the session, unless by a panic.
#[derive(Debug)]
pub struct Writer {
    inbox: SyncSender<Message>,
    shared: Arc<Shared>,
    session: Session,
    thread: Option<JoinHandle<()>>,
}

/// What the data plane and the thread both touch.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Events that were dropped since the last commit.
    pub(super) lost: AtomicU64,
    failure: Mutex<Option<String>>,
}

impl Shared {
    /// Leaves a line for whoever polls; it replaces one that nobody has fetched.
    pub(super) fn tell(&self, line: String) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(line);
    }
}

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Message {
    Flow(Box<FlowRecord>),
    Request {
        flow: Box<FlowRecord>,
        time: Timestamp,
        request: Box<KeptRequest>,
    },
    Gap(Gap),
    Mark(Mark),
    /// So many flows were turned away.
    Refused(u64),
    /// Commit at once, then answer.
    Flush(SyncSender<()>),
    /// Write an experiment at once, then answer with its number.
    Experiment(Box<ExperimentRow>, SyncSender<Result<i64, StoreError>>),
    /// Commit at once, erase, then answer.
    Erase(Scope, SyncSender<Result<(), StoreError>>),
    /// End the session; the reason is that of the gap which begins now.
    End(GapReason),
}

impl Writer {
    /// Opens or creates the record at `path` and begins a session. Says at once if the record cannot be used.
    pub fn open(path: impl Into<PathBuf>, config: StoreConfig) -> Result<Self, StoreError> {
        let path = path.into();
        schema::create_private(&path)?;
        let lock = Lock::take(&path)?;
        let mut book = Book::open(&path, config.patience)?;
        let now = (config.clock)();
        let session = book.begin_session(now).map_err(|source| StoreError::sqlite(&path, source))?;
        let (inbox, outbox) = mpsc::sync_channel(QUEUE);
        let shared = Arc::new(Shared::default());
        let worker = Worker::new(path.clone(), config, session, book, shared.clone(), lock);
        let thread = thread::Builder::new()
            .name("telltale-store".into())
            .spawn(move || worker.run(&outbox))
            .map_err(|source| StoreError::Thread { path, source })?;
        Ok(Self { inbox, shared, session, thread: Some(thread) })
    }

    /// This session's number: the upper half of the ids of its flows ([`FlowId::new`](crate::event::FlowId::new)).
    pub fn session(&self) -> u32 {
        self.session.number
    }

    /// Takes an event; never waits. Events that do not belong in the record are ignored.
    pub fn record(&self, event: Event) {
        match event {
            Event::FlowUpdated(flow) | Event::FlowClosed(flow) | Event::Finding(flow) => {
                self.send(Message::Flow(flow));
            }
            Event::Request { flow, time, request } => self.send(Message::Request { flow, time, request }),
            Event::Notice(Notice::DescriptorsExhausted { refused } | Notice::FlowsExhausted { refused }) => {
                self.send(Message::Refused(refused))
            }
            Event::Notice(Notice::DescriptorsBack) | Event::OwnerWanted { .. } => {}
        }
    }

    /// Takes the end of a flow that nobody is held up by, such as of a capture; waits for its turn.
    pub fn record_end(&self, flow: Box<FlowRecord>) {
        // An error means that the thread is gone, which shows elsewhere.
        let _ = self.inbox.send(Message::Flow(flow));
    }

    /// The same for what a flow of a capture has sent.
    pub fn record_request(&self, flow: Box<FlowRecord>, time: Timestamp, request: Box<KeptRequest>) {
        let _ = self.inbox.send(Message::Request { flow, time, request });
    }

    /// Takes an interval in which something could not be seen; never waits.
    pub fn record_gap(&self, gap: Gap) {
        self.send(Message::Gap(gap));
    }

    /// Takes a marked moment; never waits.
    pub fn record_mark(&self, mark: Mark) {
        self.send(Message::Mark(mark));
    }

    /// Writes an experiment, anew if it has a number, and waits until it is written; answers with its number.
    ///
    /// # Errors
    /// When the record cannot be written, or the experiment was erased from it.
    pub fn record_experiment(&self, row: ExperimentRow) -> Result<i64, StoreError> {
        let (done, wait) = mpsc::sync_channel(1);
        // Either fails only if the thread is gone, and the record with it.
        let asked = self.inbox.send(Message::Experiment(Box::new(row), done)).is_ok();
        asked.then(|| wait.recv().ok()).flatten().unwrap_or(Err(StoreError::Closed))
    }

    /// Forgets what is in `scope`, and waits until it is gone. A flow that still runs is recorded anew with its next
    /// sign of life.
    pub fn erase(&self, scope: Scope) -> Result<(), StoreError> {
        let (done, wait) = mpsc::sync_channel(1);
        // Either fails only if the thread is gone, and the record with it.
        let asked = self.inbox.send(Message::Erase(scope, done)).is_ok();
        asked.then(|| wait.recv().ok()).flatten().unwrap_or(Err(StoreError::Closed))
    }

    /// Waits until everything recorded so far is written, or could not be.
    pub fn flush(&self) {
        let (done, wait) = mpsc::sync_channel(1);
        if self.inbox.send(Message::Flush(done)).is_ok() {
            // An error means that the thread is gone, and with it what there was to wait for.
            let _ = wait.recv();
        }
    }

    /// One line, once, when the record cannot be written any more, or again.
    pub fn poll_failure(&self) -> Option<String> {
        self.shared.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Writes what is left and ends the session; `reason` is that of the gap which begins now.
    pub fn close(mut self, reason: GapReason) {
        self.end(Some(reason));
    }

    fn send(&self, message: Message) {
        if self.inbox.try_send(message).is_err() {
            self.shared.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn end(&mut self, reason: Option<GapReason>) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        if let Some(reason) = reason {
            // An error means that the thread is gone already.
            let _ = self.inbox.send(Message::End(reason));
        } else {
            // The thread takes a closed channel for a crash.
            self.inbox = mpsc::sync_channel(0).0;
        }
        if thread.join().is_err() {
            log::error!("the thread that writes the record had panicked");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.end((!thread::panicking()).then_some(GapReason::NotRunning));
    }
}

#[expect(clippy::disallowed_methods, reason = "sessions and gaps are about the wall clock")]
fn system_time() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
