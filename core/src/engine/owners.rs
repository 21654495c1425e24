//! Who owns a flow, found out beside the data plane.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::eventfd::EventFd;

use super::{Command, clock};
use crate::attribute::OwnerLookup;
use crate::event::{FlowId, Owner};
use crate::packet::FiveTuple;

/// Questions that may wait; past it owners stay unknown rather than late.
const MAX_QUESTIONS: usize = 2048;

/// A flow is not to wait for an answer that takes longer than this, by the questions before it.
const BUSY: Duration = Duration::from_millis(50);

/// A socket may show up in the kernel's tables a moment after its first packet.
const RETRY_AFTER: Duration = Duration::from_millis(50);

/// The thread that asks.
pub(super) struct Owners {
    questions: SyncSender<Question>,
    queue: Arc<Queue>,
}

/// How long a question waits.
#[derive(Default)]
struct Queue {
    /// Questions that wait.
    waiting: AtomicUsize,
    /// What one takes of late, in nanoseconds.
    pace: AtomicU64,
}

struct Question {
    flow: FlowId,
    tuple: FiveTuple,
}

/// State of the thread.
struct Worker {
    lookup: Box<dyn OwnerLookup>,
    questions: Receiver<Question>,
    answers: Sender<Command>,
    waker: Arc<EventFd>,
    queue: Arc<Queue>,
    retries: VecDeque<(Instant, Question)>,
}

impl Owners {
    /// Starts the thread; it ends with this value.
    pub(super) fn start(
        lookup: Box<dyn OwnerLookup>,
        answers: Sender<Command>,
        waker: Arc<EventFd>,
    ) -> io::Result<Self> {
        let (sender, questions) = mpsc::sync_channel(MAX_QUESTIONS);
        let queue = Arc::new(Queue::default());
        let shared = Arc::clone(&queue);
        let mut worker =
            Worker { lookup, questions, answers, waker, queue: shared, retries: VecDeque::new() };
        thread::Builder::new().name("telltale-owners".to_owned()).spawn(move || worker.run())?;
        Ok(Self { questions: sender, queue })
    }

    /// Asks, if there is room; says whether it did.
    pub(super) fn ask(&self, flow: FlowId, tuple: FiveTuple) -> bool {
        // Before it is sent, for the answer takes it off again.
        self.queue.waiting.fetch_add(1, Ordering::Relaxed);
        let is_asked = self.questions.try_send(Question { flow, tuple }).is_ok();
        if !is_asked {
            self.queue.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        is_asked
    }

    /// The answer to a question that is asked now will take a while.
    pub(super) fn is_busy(&self) -> bool {
        self.queue.wait() > BUSY
    }
}

impl Queue {
    fn wait(&self) -> Duration {
        let waiting = self.waiting.load(Ordering::Relaxed) as u64;
        Duration::from_nanos(self.pace.load(Ordering::Relaxed).saturating_mul(waiting))
    }

    /// A question was answered in this time. The latest eight or so count.
    fn answered_in(&self, took: Duration) {
        let took = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let pace = self.pace.load(Ordering::Relaxed);
        self.pace.store(pace - pace / 8 + took / 8, Ordering::Relaxed);
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Worker {
    fn run(&mut self) {
        loop {
            match self.next() {
                Ok(question) => self.first_try(question),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.second_tries();
        }
    }

    fn next(&self) -> Result<Question, RecvTimeoutError> {
        match self.retries.front() {
            Some((at, _)) => self.questions.recv_timeout(at.saturating_duration_since(clock::now())),
            None => self.questions.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn first_try(&mut self, question: Question) {
        let asked = clock::now();
        let owner = self.lookup.owner(&question.tuple);
        self.queue.answered_in(clock::now().saturating_duration_since(asked));
        match owner {
            None => {
                self.tell(Command::OwnerLate { tuple: question.tuple });
                self.retries.push_back((clock::now() + RETRY_AFTER, question));
            }
            owner => self.answer(question, owner),
        }
    }

    fn second_tries(&mut self) {
        let now = clock::now();
        while self.retries.front().is_some_and(|(at, _)| *at <= now) {
            let Some((_, question)) = self.retries.pop_front() else { return };
            let owner = self.lookup.owner(&question.tuple);
            self.answer(question, owner);
        }
    }

    fn answer(&self, question: Question, owner: Option<Owner>) {
        let Question { flow, tuple } = question;
        self.tell(Command::Owner { flow, tuple, owner });
    }

    fn tell(&self, answer: Command) {
        let is_sent = self.answers.send(answer).is_ok();
        if is_sent && let Err(error) = self.waker.write(1) {
            log::debug!("data plane not woken: {error}");
        }
    }
}
