//! The thread that writes: gathers events into batches, commits them, and keeps the record within its bounds.
//!
//! When the record cannot be written it keeps the latest state of the flows, within bounds, and tries again; then
//! the record has a gap to show for it.

use std::collections::BTreeMap;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use super::book::{Batch, Book, Session};
use super::erase::Scope;
use super::error::StoreError;
use super::evidence::NewEvidence;
use super::experiments::ExperimentRow;
use super::lock::Lock;
use super::retention::Progress;
use super::writer::{Message, Shared, StoreConfig};
use crate::event::{Coverage, FlowId, FlowRecord, Gap, GapReason, Mark, Timestamp};

/// Flows whose latest state waits to be written. Reached only while the record cannot be written.
const PENDING: usize = 16_384;

/// Flows that are written at once even before their time.
const BATCH: usize = 4_096;

/// Gaps that wait to be written; further ones are counted as lost events.
const PENDING_GAPS: usize = 64;

/// The same for marks.
const PENDING_MARKS: usize = 256;

/// The same for evidence. What it was made of is bounded by the budget of those who keep it.
const PENDING_EVIDENCE: usize = 256;

/// Between two slices of retention, so that recording goes on.
const PRUNE_PAUSE: Duration = Duration::from_millis(20);

/// The state of the thread.
pub(super) struct Worker {
    path: PathBuf,
    config: StoreConfig,
    session: Session,
    /// Absent while the record cannot be written: it is opened anew for every attempt.
    book: Option<Book>,
    shared: Arc<Shared>,
    pending: Pending,
    outage: Option<Outage>,
    last_commit: Timestamp,
    next_prune: Instant,
    _lock: Lock,
}

/// What waits to be written.
#[derive(Debug, Default)]
struct Pending {
    /// Only the latest state of each flow.
    flows: BTreeMap<FlowId, Box<FlowRecord>>,
    gaps: Vec<Gap>,
    marks: Vec<Mark>,
    evidence: Vec<NewEvidence>,
    erasures: Vec<(Scope, SyncSender<Result<(), StoreError>>)>,
    flushes: Vec<SyncSender<()>>,
    end: Option<End>,
}

#[derive(Debug, Clone, Copy)]
enum End {
    Clean(GapReason),
    Crash,
}

/// The record cannot be written.
#[derive(Debug, Clone, Copy)]
struct Outage {
    since: Timestamp,
    lost: u64,
}

impl Worker {
    pub(super) fn new(
        path: PathBuf,
        config: StoreConfig,
        session: Session,
        book: Book,
        shared: Arc<Shared>,
        lock: Lock,
    ) -> Self {
        Self {
            path,
            config,
            session,
            book: Some(book),
            shared,
            pending: Pending::default(),
            outage: None,
            last_commit: session.start,
            next_prune: monotonic(),
            _lock: lock,
        }
    }

    pub(super) fn run(mut self, outbox: &Receiver<Message>) {
        while self.pending.end.is_none() {
            self.collect(outbox);
            self.commit();
            if self.pending.end.is_none() && monotonic() >= self.next_prune {
                self.prune();
            }
        }
        self.finish();
    }

    /// Takes messages until it is time to commit.
    fn collect(&mut self, outbox: &Receiver<Message>) {
        let begun = monotonic();
        while !self.is_due() {
            let left = self.patience().saturating_sub(begun.elapsed());
            if left.is_zero() {
                return;
            }
            match outbox.recv_timeout(left) {
                Ok(message) => self.take(message),
                Err(RecvTimeoutError::Timeout) => return,
                Err(RecvTimeoutError::Disconnected) => self.pending.end = Some(End::Crash),
            }
        }
    }

    fn is_due(&self) -> bool {
        let is_much = self.pending.flows.len() >= BATCH || self.pending.evidence.len() >= PENDING_EVIDENCE;
        let full = self.outage.is_none() && is_much;
        let is_awaited = !self.pending.flushes.is_empty() || !self.pending.erasures.is_empty();
        full || is_awaited || self.pending.end.is_some()
    }

    fn patience(&self) -> Duration {
        if self.outage.is_some() {
            return self.config.retry_every;
        }
        let until_prune = self.next_prune.saturating_duration_since(monotonic());
        let commit = if self.pending.is_empty() { self.config.heartbeat } else { self.config.commit_every };
        commit.min(until_prune.max(PRUNE_PAUSE))
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Flow(flow) => self.take_flow(flow),
            Message::Request { flow, time, request } => {
                if let Some(evidence) = NewEvidence::of(flow, time, request) {
                    self.take_evidence(evidence);
                }
            }
            Message::Gap(gap) => self.take_gap(gap),
            Message::Mark(mark) if self.pending.marks.len() < PENDING_MARKS => self.pending.marks.push(mark),
            Message::Mark(_) => self.count_lost(1),
            Message::Refused(lost) => {
                let now = (self.config.clock)();
                self.take_gap(Gap { start: now, end: Some(now), reason: GapReason::FlowsRefused, lost });
            }
            Message::Experiment(row, done) => {
                // The caller may have given up waiting.
                let _ = done.send(self.put_experiment(&row));
            }
            Message::Erase(scope, done) => self.pending.erasures.push((scope, done)),
            Message::Flush(done) => self.pending.flushes.push(done),
            Message::End(reason) => self.pending.end = Some(End::Clean(reason)),
        }
    }

    fn take_flow(&mut self, flow: Box<FlowRecord>) {
        let flows = &mut self.pending.flows;
        if flows.len() < PENDING || flows.contains_key(&flow.id) {
            flows.insert(flow.id, flow);
        } else {
            self.count_lost(1);
        }
    }

    fn take_evidence(&mut self, evidence: NewEvidence) {
        if self.pending.evidence.len() < PENDING_EVIDENCE {
            self.pending.evidence.push(evidence);
        } else {
            self.count_lost(1);
        }
    }

    fn take_gap(&mut self, gap: Gap) {
        if self.pending.gaps.len() < PENDING_GAPS {
            self.pending.gaps.push(gap);
        } else {
            self.count_lost(gap.lost.max(1));
        }
    }

    fn count_lost(&self, events: u64) {
        self.shared.lost.fetch_add(events, Ordering::Relaxed);
    }

    fn commit(&mut self) {
        let now = (self.config.clock)();
        let lost = self.shared.lost.swap(0, Ordering::Relaxed);
        let unseen = self.unseen(lost, now);
        match self.try_commit(&unseen, now) {
            Ok(()) => self.committed(now),
            Err(error) => self.failed(&error, lost, now),
        }
        for done in mem::take(&mut self.pending.flushes) {
            // The caller may have given up waiting.
            let _ = done.send(());
        }
        for (scope, done) in mem::take(&mut self.pending.erasures) {
            let _ = done.send(self.erase(&scope));
        }
    }

    fn put_experiment(&self, row: &ExperimentRow) -> Result<i64, StoreError> {
        let book = self.book.as_ref().ok_or_else(|| StoreError::Busy { path: self.path.clone() })?;
        let put = book.put_experiment(row).map_err(|source| StoreError::sqlite(&self.path, source))?;
        put.ok_or(StoreError::Erased)
    }

    /// What waits is written before, so that it is erased as well.
    fn erase(&mut self, scope: &Scope) -> Result<(), StoreError> {
        let book = self.book.as_mut().ok_or_else(|| StoreError::Busy { path: self.path.clone() })?;
        book.erase(scope).map_err(|source| StoreError::sqlite(&self.path, source))
    }

    /// The gap that this commit closes, if something went missing before it.
    fn unseen(&self, lost: u64, now: Timestamp) -> Option<Gap> {
        let (start, reason, lost) = match self.outage {
            Some(outage) => (outage.since, GapReason::RecordFailed, outage.lost + lost),
            None if lost > 0 => (self.last_commit, GapReason::EventsLost, lost),
            None => return None,
        };
        Some(Gap { start, end: Some(now), reason, lost })
    }

    fn try_commit(&mut self, unseen: &Option<Gap>, now: Timestamp) -> Result<(), StoreError> {
        let book = match &mut self.book {
            Some(book) => book,
            none => none.insert(Book::open(&self.path, self.config.patience)?),
        };
        if !book.is_in_place() {
            return Err(StoreError::Vanished { path: self.path.clone() });
        }
        let hidden = self.pending.hidden_names();
        let gaps: Vec<Gap> = self.pending.gaps.iter().chain(unseen).chain(&hidden).cloned().collect();
        let flows = self.pending.flows.values().map(|flow| &**flow);
        let batch = Batch { gaps: &gaps, marks: &self.pending.marks, evidence: &self.pending.evidence };
        book.commit(self.session, flows, &batch, now).map_err(|source| StoreError::sqlite(&self.path, source))
    }

    fn committed(&mut self, now: Timestamp) {
        self.pending.flows.clear();
        self.pending.gaps.clear();
        self.pending.marks.clear();
        self.pending.evidence.clear();
        self.last_commit = now;
        if self.outage.take().is_some() {
            self.shared.tell("the record is written again; `telltale gaps` shows what is missing".to_owned());
        }
    }

    /// Says so once per outage, and closes the record: the next attempt opens it anew.
    fn failed(&mut self, error: &StoreError, lost: u64, now: Timestamp) {
        self.book = None;
        match &mut self.outage {
            Some(outage) => outage.lost += lost,
            None => {
                self.outage = Some(Outage { since: self.last_commit.min(now), lost });
                self.shared.tell(format!("the record cannot be written, relaying goes on: {error}"));
            }
        }
    }

    /// One slice of retention; the next one soon if there is more to do.
    fn prune(&mut self) {
        let Some(book) = &mut self.book else {
            return;
        };
        let now = (self.config.clock)();
        let pause = match book.prune(&self.config.retention, self.session, now) {
            Ok(Progress::More) => PRUNE_PAUSE,
            Ok(Progress::Done) => self.config.prune_every,
            // A record that cannot be written shows at the next commit.
            Err(error) => {
                log::debug!("old flows cannot be dropped: {error}");
                self.config.prune_every
            }
        };
        self.next_prune = monotonic() + pause;
    }

    fn finish(mut self) {
        let (Some(End::Clean(reason)), Some(book)) = (self.pending.end, &mut self.book) else {
            return;
        };
        let now = (self.config.clock)();
        if let Err(source) = book.end_session(self.session, reason, now) {
            let error = StoreError::sqlite(&self.path, source);
            self.shared.tell(format!("the end of the session is not in the record: {error}"));
        }
    }
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.flows.is_empty() && self.gaps.is_empty() && self.marks.is_empty() && self.evidence.is_empty()
    }

    /// From the first to the last look-up that could not be read: what was asked for in that time is not known, and
    /// flows that followed may lack a name for it.
    fn hidden_names(&self) -> Option<Gap> {
        let hidden = |flow: &&FlowRecord| flow.coverage() == Coverage::HiddenLookUp;
        let flows = || self.flows.values().map(|flow| &**flow).filter(hidden);
        let start = flows().map(|flow| flow.start).min()?;
        let end = flows().map(|flow| flow.end).max();
        Some(Gap { start, end, reason: GapReason::NamesHidden, lost: 0 })
    }
}

#[expect(clippy::disallowed_methods, reason = "the writer's thread waits by the clock, as the engine does")]
fn monotonic() -> Instant {
    Instant::now()
}
