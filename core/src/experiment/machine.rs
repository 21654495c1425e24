//! The machine: a plan, answers and flows in; prompts, notes and an outcome out.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::event::{FlowId, FlowRecord};

use super::ledger::Ledger;
use super::plan::{Dose, Millis, Plan, Stimulus, Test};
use super::prompt::{Note, Pause, Progress, Prompt, State};
use super::trial::{Trial, TrialState, marker, schedule};

/// An experiment: all of it but what it is doing right now survives serialising. One that was interrupted goes on with
/// [`handle_start`](Self::handle_start); the trial that was running is done again.
///
/// It is driven as every machine here: verbs with the time last, then [`poll_prompt`](Self::poll_prompt) and
/// [`poll_note`](Self::poll_note) until there is nothing, then [`handle_timeout`](Self::handle_timeout) at
/// [`poll_timeout`](Self::poll_timeout). Flows that were open before the start have to be told by
/// [`handle_open`](Self::handle_open), so that what they have sent by then does not count.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Experiment {
    pub(super) plan: Plan,
    pub(super) seed: u64,
    pub(super) trials: Vec<Trial>,
    pub(super) ledger: Ledger,
    /// Own time when it was last interrupted.
    clock: Millis,
    /// When the baseline was, once it is over.
    pub(super) baseline: Option<(Millis, Millis)>,
    /// The cell that the person has set up.
    cell: Option<usize>,
    aborted: bool,
    #[serde(skip)]
    run: Option<Run>,
    #[serde(skip)]
    prompts: VecDeque<Prompt>,
    #[serde(skip)]
    notes: VecDeque<Note>,
}

/// What goes on while it is not interrupted.
#[derive(Debug, Clone)]
struct Run {
    since: Instant,
    phase: Phase,
    /// When the phase ends by itself, on the experiment's clock.
    until: Option<Millis>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    SetUp {
        cell: usize,
    },
    Baseline,
    /// A visit was asked for.
    Visit {
        trial: usize,
    },
    /// The next one is not due yet.
    Pace {
        trial: usize,
    },
    Sham {
        trial: usize,
    },
    Flush {
        trial: usize,
    },
    ToBackground {
        trial: usize,
    },
    Background {
        trial: usize,
    },
    Settle {
        trial: usize,
    },
    Over,
}

impl Experiment {
    /// An experiment that has not begun. `seed` decides the order of trials and the texts.
    pub fn new(plan: Plan, seed: u64) -> Self {
        Self {
            trials: schedule(&plan, seed),
            plan,
            seed,
            ledger: Ledger::default(),
            clock: Millis(0),
            baseline: None,
            cell: None,
            aborted: false,
            run: None,
            prompts: VecDeque::new(),
            notes: VecDeque::new(),
        }
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Opens addresses of another server from now on, and leaves its host out as well. For one that goes on elsewhere.
    pub fn set_page(&mut self, page: &str) {
        if let Test::Length { stimulus: Stimulus::Address(address), .. } = &mut self.plan.test {
            page.clone_into(address);
            self.plan.scope = std::mem::take(&mut self.plan.scope).without_page(page);
        }
    }

    /// All trials, in order.
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// Begins, or goes on after an interruption.
    pub fn handle_start(&mut self, now: Instant) {
        if self.run.is_some() {
            return;
        }
        self.run = Some(Run { since: now, phase: Phase::Over, until: None });
        self.reset_running();
        self.go_on();
    }

    /// Interrupts: nothing is asked for and nothing counts until it is started again.
    pub fn handle_pause(&mut self, now: Instant) {
        if self.run.is_none() {
            return;
        }
        self.clock = self.at(now);
        self.run = None;
        self.prompts.clear();
        self.reset_running();
    }

    /// What the last prompt asked for was done.
    pub fn handle_done(&mut self, now: Instant) {
        let at = self.at(now);
        match self.phase() {
            Some(Phase::SetUp { cell }) => {
                self.cell = Some(cell);
                self.go_on_at(at);
            }
            Some(Phase::Visit { trial }) => self.visited(trial, at),
            Some(Phase::ToBackground { trial }) => {
                let window = self.plan.windows.background.unwrap_or_default();
                self.wait(Phase::Background { trial }, window, Pause::Background, at);
            }
            _ => {}
        }
    }

    /// A flow has sent something, or ended.
    pub fn handle_flow(&mut self, flow: &FlowRecord, now: Instant) {
        let at = self.at(now);
        if self.run.is_some() {
            self.ledger.enter(flow, &self.plan.scope, at);
        } else {
            self.ledger.leave_out(flow, &self.plan.scope);
        }
    }

    /// A flow was open before the start, or before it went on elsewhere, and had sent so much by then.
    pub fn handle_open(&mut self, flow: FlowId, bytes_up: u64) {
        self.ledger.begin(flow, bytes_up);
    }

    /// Leaves the current trial out, because something went wrong. Not because of what it showed.
    pub fn handle_skip(&mut self, now: Instant) {
        let at = self.at(now);
        if let Some(trial) = self.current() {
            self.trials[trial].state = TrialState::Skipped;
            self.note(format!("trial {} is left out", trial + 1));
            self.wait(Phase::Settle { trial }, self.plan.windows.settle, Pause::Settle, at);
        }
    }

    /// Does the current trial again, with other texts.
    pub fn handle_repeat(&mut self, now: Instant) {
        let at = self.at(now);
        if let Some(trial) = self.current() {
            self.trials[trial].state = TrialState::Pending;
            self.note(format!("trial {} is done again", trial + 1));
            self.wait(Phase::Settle { trial }, self.plan.windows.settle, Pause::Settle, at);
        }
    }

    /// Ends it for good; what was done so far is judged.
    pub fn handle_abort(&mut self, now: Instant) {
        self.handle_pause(now);
        self.aborted = true;
        self.prompts.clear();
        self.end();
    }

    /// What was due by now happens.
    pub fn handle_timeout(&mut self, now: Instant) {
        let at = self.at(now);
        while let Some(due) = self.until().filter(|due| *due <= at) {
            self.proceed(due);
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is wanted.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let (run, until) = (self.run.as_ref()?, self.until()?);
        run.since.checked_add(Duration::from_millis(until.0.saturating_sub(self.clock.0)))
    }

    /// The next thing to do.
    pub fn poll_prompt(&mut self) -> Option<Prompt> {
        self.prompts.pop_front()
    }

    /// The next thing to put on record.
    pub fn poll_note(&mut self) -> Option<Note> {
        self.notes.pop_front()
    }

    /// How far it is.
    pub fn progress(&self, now: Instant) -> Progress {
        let is_over = |trial: &&Trial| matches!(trial.state, TrialState::Done | TrialState::Skipped);
        let over = self.trials.iter().filter(is_over).count();
        let state = match &self.run {
            _ if self.is_over() => State::Over,
            Some(_) => State::Running,
            None => State::Idle,
        };
        let trial = self.current().or_else(|| self.baseline.and_then(|_| self.next_trial()));
        let left = self.left(self.trials.len() - over, self.at(now));
        Progress { over, trials: self.trials.len(), trial, left, state }
    }

    /// Texts that were shown in the trial that is running, or actions asked for.
    pub fn visits(&self) -> usize {
        self.current().map_or(0, |trial| self.trials[trial].visits.len())
    }

    /// Whether there is nothing more to do.
    pub fn is_over(&self) -> bool {
        let was_idle = self.baseline.is_some() || self.trials.is_empty();
        let is_left = |trial: &Trial| matches!(trial.state, TrialState::Pending | TrialState::Running);
        self.aborted || (was_idle && !self.trials.iter().any(is_left))
    }

    /// Time that `rest` trials take at least, the one that is running among them, and the baseline before them.
    fn left(&self, rest: usize, at: Millis) -> Millis {
        let trial = self.plan.trial_time().0;
        let begun = self.current().map_or(0, |current| at.0.saturating_sub(self.trials[current].start.0));
        let baseline = match (self.baseline, self.phase(), self.until()) {
            (Some(_), _, _) => 0,
            (None, Some(Phase::Baseline), Some(until)) => until.0.saturating_sub(at.0),
            (None, _, _) => self.plan.windows.baseline.0,
        };
        let rest = u64::try_from(rest).unwrap_or(u64::MAX).saturating_mul(trial);
        Millis((rest - begun.min(trial).min(rest)).saturating_add(baseline))
    }

    /// A phase that ends by itself has ended.
    fn proceed(&mut self, at: Millis) {
        let windows = self.plan.windows;
        match self.phase() {
            Some(Phase::Baseline) => {
                let start = Millis(at.0.saturating_sub(windows.baseline.0));
                self.baseline = Some((start, at));
                self.go_on_at(at);
            }
            Some(Phase::Pace { trial }) => self.visit(trial, at),
            Some(Phase::Sham { trial }) => {
                self.wait(Phase::Flush { trial }, windows.flush, Pause::Flush, at);
            }
            Some(Phase::Flush { trial }) if windows.background.is_some() => {
                self.ask(Phase::ToBackground { trial }, Prompt::Background);
            }
            Some(Phase::Flush { trial } | Phase::Background { trial }) => {
                self.wait(Phase::Settle { trial }, windows.settle, Pause::Settle, at);
            }
            Some(Phase::Settle { trial }) => self.settled(trial, at),
            Some(Phase::SetUp { .. } | Phase::Visit { .. } | Phase::ToBackground { .. } | Phase::Over)
            | None => {}
        }
    }

    fn settled(&mut self, trial: usize, at: Millis) {
        if self.trials[trial].state == TrialState::Running {
            self.trials[trial].finish(at);
        }
        self.go_on_at(at);
    }

    fn go_on(&mut self) {
        self.go_on_at(self.clock);
    }

    /// The next step between trials.
    fn go_on_at(&mut self, at: Millis) {
        let next = self.next_trial();
        let cell = next.map_or(0, |trial| self.trials[trial].cell);
        let set_up = self.plan.cells.get(cell).map(|cell| cell.set_up.clone()).unwrap_or_default();
        if self.is_over() {
            self.end();
        } else if self.cell != Some(cell) && !set_up.is_empty() {
            self.ask(Phase::SetUp { cell }, Prompt::SetUp { cell, text: set_up });
        } else if self.baseline.is_none() {
            self.wait(Phase::Baseline, self.plan.windows.baseline, Pause::Baseline, at);
        } else if let Some(trial) = next {
            self.begin(trial, at);
        }
    }

    fn begin(&mut self, trial: usize, at: Millis) {
        self.trials[trial].begin(at);
        self.note(format!("trial {} of {} begins", trial + 1, self.trials.len()));
        if self.trials[trial].dose == Dose::Sham {
            let paces = Millis(u64::from(self.plan.test.visits()) * self.plan.windows.pace.0);
            self.wait(Phase::Sham { trial }, paces, Pause::Sham, at);
        } else {
            self.visit(trial, at);
        }
    }

    fn visit(&mut self, trial: usize, at: Millis) {
        let prompt = self.prompt_of(trial);
        self.trials[trial].visits.push(at);
        self.ask(Phase::Visit { trial }, prompt);
    }

    /// A visit was done: the next one, or the wait after the last.
    fn visited(&mut self, trial: usize, at: Millis) {
        let windows = self.plan.windows;
        let visits = u64::from(self.plan.test.visits());
        if (self.trials[trial].visits.len() as u64) < visits {
            let due = self.trials[trial].visits.last().map_or(at.0, |last| last.0 + windows.pace.0);
            self.set(Phase::Pace { trial }, Some(Millis(due.max(at.0))));
        } else {
            self.wait(Phase::Flush { trial }, windows.flush, Pause::Flush, at);
        }
    }

    fn prompt_of(&self, trial: usize) -> Prompt {
        let visit = self.trials[trial].visits.len();
        let (dose, attempt) = (self.trials[trial].dose, self.trials[trial].attempts);
        let Test::Length { stimulus, .. } = &self.plan.test else {
            return Prompt::Ask { text: self.plan.test.ask().to_owned(), marker: None };
        };
        let length = if let Dose::Length(length) = dose { length } else { 0 };
        // Numbered, so that no two addresses are the same even without a marker, and in a trial that is done again.
        let number = format!("{trial:04}{:02}{visit:04}", attempt % 100);
        let marker = number + &marker(self.seed, trial, attempt, visit, length);
        match stimulus {
            Stimulus::Address(page) => Prompt::Open { address: page.replace("{}", &marker) },
            Stimulus::Ask(ask) => Prompt::Ask { text: ask.replace("{}", &marker), marker: Some(marker) },
        }
    }

    fn end(&mut self) {
        self.note(format!("{} is over", self.plan.claim));
        self.set(Phase::Over, None);
        self.prompts.push_back(Prompt::Over);
    }

    fn ask(&mut self, phase: Phase, prompt: Prompt) {
        self.set(phase, None);
        self.prompts.push_back(prompt);
    }

    fn wait(&mut self, phase: Phase, duration: Millis, why: Pause, at: Millis) {
        self.set(phase, Some(Millis(at.0 + duration.0)));
        self.prompts.push_back(Prompt::Wait { duration, why });
    }

    fn set(&mut self, phase: Phase, until: Option<Millis>) {
        if let Some(run) = &mut self.run {
            (run.phase, run.until) = (phase, until);
        }
    }

    fn note(&mut self, what: String) {
        let text = format!("experiment {}: {what}", self.plan.claim);
        self.notes.push_back(Note { text, app: self.plan.scope.suspects.first().cloned() });
    }

    /// A trial that was interrupted begins anew.
    fn reset_running(&mut self) {
        for trial in &mut self.trials {
            if trial.state == TrialState::Running {
                trial.state = TrialState::Pending;
            }
        }
    }

    fn next_trial(&self) -> Option<usize> {
        self.trials.iter().position(|trial| trial.state == TrialState::Pending)
    }

    /// The trial that is running.
    fn current(&self) -> Option<usize> {
        self.run.as_ref()?;
        self.trials.iter().position(|trial| trial.state == TrialState::Running)
    }

    fn phase(&self) -> Option<Phase> {
        self.run.as_ref().map(|run| run.phase)
    }

    fn until(&self) -> Option<Millis> {
        self.run.as_ref()?.until
    }

    /// `now` on the experiment's own clock.
    fn at(&self, now: Instant) -> Millis {
        let running =
            self.run.as_ref().map_or(Duration::ZERO, |run| now.saturating_duration_since(run.since));
        Millis(self.clock.0 + u64::try_from(running.as_millis()).unwrap_or(u64::MAX))
    }
}
