//! The thread of an experiment: whatever happens goes into the machine, whatever it wants is posted and recorded.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::Input;
use super::pages::{Pages, Turn};
use super::status::{Board, Phase, Status, Step};
use crate::engine::{monotonic, wall_clock};
use crate::event::{Mark, MarkKind};
use crate::experiment::{Note, Pause, Prompt, State};
use crate::store::{ExperimentRow, StoreError, Writer};

/// Where nothing is due, something else happens first.
const IDLE: Duration = Duration::from_secs(3600);
/// A browser that has not asked for a page by now was not started, or has lost its way.
const OVERDUE: Duration = Duration::from_secs(8);

pub(super) struct Conductor {
    row: ExperimentRow,
    record: Option<Arc<Writer>>,
    /// Pages that tell when they are asked for; without them whoever opens an address says so.
    pages: Option<Pages>,
    board: Arc<Board>,
    /// What is to be done or waited for, until it is.
    prompt: Option<Prompt>,
    asked: u64,
    /// When the page of the prompt should have been asked for.
    expected: Option<Instant>,
    /// Trials that were over when it was last recorded.
    saved: Option<usize>,
    problem: Option<String>,
    is_ended: bool,
}

impl Conductor {
    pub(super) fn new(row: ExperimentRow, record: Option<Arc<Writer>>, pages: Option<Pages>) -> Self {
        let board = Arc::new(Board::new(Status::of(&row, monotonic())));
        Self {
            row,
            record,
            pages,
            board,
            prompt: None,
            asked: 0,
            expected: None,
            saved: None,
            problem: None,
            is_ended: false,
        }
    }

    pub(super) fn board(&self) -> Arc<Board> {
        Arc::clone(&self.board)
    }

    /// From now on time counts.
    pub(super) fn start(&mut self) {
        self.row.experiment.handle_start(monotonic());
        self.act();
    }

    /// Until it is over, or is interrupted.
    pub(super) fn run(mut self, inbox: &Receiver<Input>) {
        while !self.is_ended {
            match inbox.recv_timeout(self.patience()) {
                Ok(input) => self.take(input),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => self.is_ended = true,
            }
            self.row.experiment.handle_timeout(monotonic());
            self.act();
        }
        self.end();
    }

    fn patience(&self) -> Duration {
        let now = monotonic();
        let overdue = self.expected.filter(|expected| *expected > now);
        let due = [self.row.experiment.poll_timeout(), overdue].into_iter().flatten().min();
        due.map_or(IDLE, |due| due.saturating_duration_since(now))
    }

    fn take(&mut self, input: Input) {
        let (experiment, now) = (&mut self.row.experiment, monotonic());
        match input {
            Input::Open(flows) => flows.into_iter().for_each(|(id, sent)| experiment.handle_open(id, sent)),
            Input::Flow(flow) => experiment.handle_flow(&flow, now),
            Input::Done => self.done(now),
            Input::Opened => self.opened(now),
            Input::Visited(address) => self.visited(&address, now),
            Input::Skip => experiment.handle_skip(now),
            Input::Repeat => self.repeat(now),
            Input::Pause => self.pause(now),
            Input::GoOn => self.go_on(now),
            Input::Abort => experiment.handle_abort(now),
            Input::Stop(problem) => {
                self.problem = problem.or(self.problem.take());
                self.is_ended = true;
            }
        }
    }

    /// A page tells by itself, if it is ours.
    fn done(&mut self, now: Instant) {
        let is_page = matches!(self.prompt, Some(Prompt::Open { .. }));
        if !(is_page && self.pages.is_some()) {
            self.answer(now);
        }
    }

    /// Who opens a page again, because it was overdue, may need another one.
    fn opened(&mut self, now: Instant) {
        if self.is_overdue(now) && self.move_pages() {
            self.row.experiment.handle_repeat(now);
        } else if matches!(self.prompt, Some(Prompt::Open { .. })) && self.pages.is_some() {
            self.expected = now.checked_add(OVERDUE);
        }
    }

    /// The page of the prompt was asked for, unless the prompt was taken back meanwhile.
    fn visited(&mut self, visited: &str, now: Instant) {
        if matches!(&self.prompt, Some(Prompt::Open { address }) if address == visited) {
            self.answer(now);
        }
    }

    fn answer(&mut self, now: Instant) {
        if !matches!(self.prompt, Some(Prompt::Wait { .. }) | None) {
            self.prompt = None;
            self.expected = None;
            self.row.experiment.handle_done(now);
        }
    }

    fn pause(&mut self, now: Instant) {
        self.row.experiment.handle_pause(now);
        self.prompt = None;
        self.expected = None;
        self.save();
    }

    fn go_on(&mut self, now: Instant) {
        self.move_pages();
        self.row.experiment.handle_start(now);
    }

    fn repeat(&mut self, now: Instant) {
        self.move_pages();
        self.row.experiment.handle_repeat(now);
    }

    /// Serves pages elsewhere if this device has another address by now; whether it has.
    fn move_pages(&mut self) -> bool {
        let Some(pages) = &mut self.pages else { return false };
        let has_moved = pages.renew().unwrap_or_else(|error| {
            self.problem = Some(format!("pages cannot be served: {error}"));
            false
        });
        if has_moved {
            self.row.experiment.set_page(pages.address());
        }
        has_moved
    }

    /// Puts on record what is to be, takes the next prompts and shows how it stands.
    fn act(&mut self) {
        while let Some(note) = self.row.experiment.poll_note() {
            self.mark(note);
        }
        while let Some(prompt) = self.row.experiment.poll_prompt() {
            self.begin(prompt);
        }
        if self.is_ended {
            // It is shown to be once it is recorded.
            return;
        }
        let over = self.row.experiment.progress(monotonic()).over;
        if self.saved != Some(over) {
            // After each trial, so that no more than one is lost.
            self.saved = Some(over);
            self.save();
        }
        if !self.is_ended {
            self.post(monotonic());
        }
    }

    fn begin(&mut self, prompt: Prompt) {
        self.is_ended |= prompt == Prompt::Over;
        let is_led = matches!(prompt, Prompt::Open { .. }) && self.pages.is_some() && self.visit() > 1;
        self.expected = if is_led { monotonic().checked_add(OVERDUE) } else { None };
        self.asked += u64::from(!matches!(prompt, Prompt::Wait { .. } | Prompt::Over));
        self.prompt = Some(prompt);
    }

    fn end(mut self) {
        self.row.experiment.handle_pause(monotonic());
        self.save();
        self.pages = None;
        // Whoever ends the session is to find nobody else at the record.
        self.record = None;
        let phase = if self.row.experiment.is_over() { Phase::Over } else { Phase::Interrupted };
        let status =
            Status { asked: self.asked, problem: self.problem, phase, ..Status::of(&self.row, monotonic()) };
        self.board.leave(self.row);
        self.board.post(status, None, monotonic());
    }

    fn mark(&self, note: Note) {
        if let Some(record) = &self.record {
            let (text, app) = (Some(note.text.into()), note.app.map(Into::into));
            record.record_mark(Mark { time: wall_clock(), kind: MarkKind::Note, text, app });
        }
    }

    fn save(&mut self) {
        let row = &mut self.row;
        row.outcome = row.experiment.outcome();
        row.ended = row.experiment.is_over().then(wall_clock);
        let Some(record) = &self.record else { return };
        match record.record_experiment(row.clone()) {
            Ok(id) => {
                row.id = Some(id);
                // What was wrong is over, but for that which ended it.
                self.problem = self.problem.take().filter(|_| self.is_ended);
            }
            Err(error @ StoreError::Erased) => {
                // Who erases it does not want to have it done either.
                self.problem = Some(error.to_string());
                self.is_ended = true;
            }
            Err(error) => self.problem = Some(format!("{error}; the experiment goes on")),
        }
    }

    fn post(&self, now: Instant) {
        let step = self.step(now);
        let is_waiting = matches!(step, Step::Wait { .. });
        let until = if is_waiting { self.row.experiment.poll_timeout() } else { None };
        if let Some(pages) = &self.pages {
            pages.turn(self.turn(now));
        }
        let problem = self.problem.clone();
        let status = Status { asked: self.asked, step, problem, ..Status::of(&self.row, now) };
        self.board.post(status, until, now);
    }

    fn step(&self, now: Instant) -> Step {
        let (visit, visits) = (self.visit(), self.row.experiment.plan().test.visits());
        let is_led = self.pages.is_some();
        match self.prompt.clone() {
            Some(Prompt::Open { .. }) if is_led && visit > 1 && !self.is_overdue(now) => {
                Step::Visiting { visit: visit - 1, visits }
            }
            Some(Prompt::Open { address }) => Step::Open { address, is_overdue: self.is_overdue(now) },
            Some(Prompt::Ask { text, marker }) => Step::Ask { text, marker, times: visits, done: visit - 1 },
            Some(Prompt::SetUp { cell, text }) => Step::SetUp { cell, text },
            Some(Prompt::Background) => Step::Background,
            Some(Prompt::Wait { why, .. }) => Step::Wait { why, left: Duration::ZERO },
            None if is_led && self.is_running(now) => Step::Visiting { visit, visits },
            Some(Prompt::Over) | None => Step::Nothing,
        }
    }

    /// What the browser gets when it asks.
    fn turn(&self, now: Instant) -> Turn {
        let plan = self.row.experiment.plan();
        let visit = self.visit();
        match &self.prompt {
            Some(Prompt::Open { address }) => Turn::Page {
                address: address.clone(),
                is_led: visit > 1,
                is_overdue: self.is_overdue(now),
                // The last one stays until the app is to leave the screen.
                then: if visit < plan.test.visits() { plan.windows.pace } else { plan.windows.flush },
            },
            Some(Prompt::Wait { why: Pause::Flush, .. }) => Turn::Hold,
            None if self.is_running(now) => Turn::Hold,
            _ => Turn::Back,
        }
    }

    fn is_running(&self, now: Instant) -> bool {
        self.row.experiment.progress(now).state == State::Running
    }

    fn is_overdue(&self, now: Instant) -> bool {
        self.expected.is_some_and(|expected| expected <= now)
    }

    /// The text or action of the trial that was asked for last, from 1.
    fn visit(&self) -> u32 {
        u32::try_from(self.row.experiment.visits()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::super::pages::PageText;
    use super::*;
    use crate::event::Timestamp;
    use crate::experiment::{Claim, Millis, Plan, Test};

    /// At the first page of a trial with so many, served by ourselves.
    fn at_a_page(pages_of_trial: u32) -> Conductor {
        let pages = Pages::start(PageText::default(), Vec::new()).unwrap();
        let mut plan = Plan::named(Claim::C1, "app", pages.address());
        plan.windows.baseline = Millis(0);
        if let Test::Length { visits, .. } = &mut plan.test {
            *visits = pages_of_trial;
        }
        let row = ExperimentRow::new(plan, "app".to_owned(), Timestamp(1), Some(1));
        let mut conductor = Conductor::new(row, None, Some(pages));
        conductor.row.experiment.handle_start(monotonic());
        conductor.row.experiment.handle_timeout(monotonic());
        conductor.act();
        conductor
    }

    fn is_overdue(conductor: &Conductor, now: Instant) -> bool {
        let turn = matches!(conductor.turn(now), Turn::Page { is_overdue: true, .. });
        let step = matches!(conductor.step(now), Step::Open { is_overdue: true, .. });
        assert_eq!(turn, step);
        step
    }

    #[test]
    fn a_page_that_was_opened_is_overdue_after_some_seconds() {
        let mut conductor = at_a_page(40);
        let now = monotonic();
        assert!(!is_overdue(&conductor, now + IDLE), "a person takes as long as it takes");
        conductor.take(Input::Opened);
        assert!(!is_overdue(&conductor, now + OVERDUE / 2));
        assert!(is_overdue(&conductor, now + 2 * OVERDUE));
        let address = |conductor: &Conductor| match &conductor.prompt {
            Some(Prompt::Open { address }) => address.clone(),
            other => panic!("{other:?}"),
        };
        let opened = address(&conductor);
        conductor.take(Input::Visited(opened));
        assert_eq!(conductor.step(now + 2 * OVERDUE), Step::Visiting { visit: 1, visits: 40 });
        assert_eq!(conductor.turn(now), Turn::Hold);

        // The pace has passed, and nobody follows.
        let late = now + Duration::from_secs(2);
        conductor.row.experiment.handle_timeout(late);
        conductor.act();
        assert_eq!(conductor.step(late), Step::Visiting { visit: 1, visits: 40 });
        assert!(is_overdue(&conductor, late + 2 * OVERDUE));
        conductor.take(Input::Visited("http://192.0.2.1/another".to_owned()));
        assert!(is_overdue(&conductor, late + 2 * OVERDUE), "another page is another page");
    }

    #[test]
    fn a_page_that_was_opened_in_vain_is_served_where_this_device_is_by_now() {
        let mut conductor = at_a_page(40);
        let before = conductor.prompt.clone();
        conductor.pages.as_mut().unwrap().be_elsewhere();
        conductor.opened(monotonic());
        assert_eq!(conductor.prompt, before, "it may still come");
        conductor.opened(monotonic() + 2 * OVERDUE);
        let due = conductor.row.experiment.poll_timeout().unwrap();
        conductor.row.experiment.handle_timeout(due);
        conductor.act();
        let Some(Prompt::Open { address }) = &conductor.prompt else { panic!("{:?}", conductor.prompt) };
        let page = conductor.pages.as_ref().unwrap().address().replace("{}", "");
        assert!(address.starts_with(&page), "{address}");
        assert_eq!(conductor.row.experiment.trials()[0].attempts, 2);
    }

    #[test]
    fn pages_lead_on_at_the_pace_and_the_last_one_once_uploads_were_waited_for() {
        let then = |pages_of_trial| {
            let turn = at_a_page(pages_of_trial).turn(monotonic());
            let Turn::Page { then, is_led: false, .. } = turn else { panic!("{turn:?}") };
            then
        };
        let windows = Plan::named(Claim::C1, "app", "").windows;
        assert_eq!((then(2), then(1)), (windows.pace, windows.flush));
    }
}
