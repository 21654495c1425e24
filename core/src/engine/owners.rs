//! Who owns a flow, found out beside the data plane.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
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

/// A socket may show up in the kernel's tables a moment after its first packet.
const RETRY_AFTER: Duration = Duration::from_millis(50);

/// The thread that asks.
pub(super) struct Owners {
    questions: SyncSender<Question>,
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
        let mut worker = Worker { lookup, questions, answers, waker, retries: VecDeque::new() };
        thread::Builder::new().name("telltale-owners".to_owned()).spawn(move || worker.run())?;
        Ok(Self { questions: sender })
    }

    /// Asks, if there is room; says whether it did.
    pub(super) fn ask(&self, flow: FlowId, tuple: FiveTuple) -> bool {
        self.questions.try_send(Question { flow, tuple }).is_ok()
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
        match self.lookup.owner(&question.tuple) {
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
