//! Experiments, as a screen plans, follows and shows them.

use std::sync::Arc;
use std::time::Duration;

use telltale_core::experiment::{Claim, Pause, Plan, Test};
use telltale_core::session::conduct::{self, Phase, Run, Status};

use crate::outcome::count;

/// What is to be tried on an app.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ExperimentRequest {
    pub claim: Claim,
    /// The package under test.
    pub app: String,
    /// Some ten minutes, which leave more undecided.
    pub is_short: bool,
}

/// What pages of an experiment say, in the person's language.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PageText {
    /// While pages lead on by themselves.
    pub opened: String,
    /// When the person is to come back.
    pub back_to_telltale: String,
}

/// What a request amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PlanSummary {
    pub kind: PlanKind,
    /// Addresses are opened, and the person is not asked to do anything in the app.
    pub opens_addresses: bool,
    pub trials: u32,
    /// How long it takes at least.
    pub seconds: u64,
    /// Settings that are compared; one where nothing is to be set.
    pub settings: u32,
    /// Texts or actions of a trial.
    pub visits: u32,
}

/// The kind of test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PlanKind {
    /// Texts of different length are shown to the app.
    Length,
    /// Actions are compared with waits.
    Count,
    /// Nothing is done: the record tells.
    Watch,
}

/// How an experiment stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RunState {
    /// Another one when anything but the clock has changed.
    pub version: u64,
    /// Its number in the record; absent until it is recorded, which is at once.
    pub id: Option<i64>,
    pub phase: RunPhase,
    pub step: Step,
    /// The trial that goes on, from 1; 0 before the first.
    pub trial: u32,
    pub trials: u32,
    /// Trials that are over, done or left out.
    pub over: u32,
    /// How long the rest takes at least.
    pub left_ms: u64,
    /// What went wrong, for people.
    pub problem: Option<String>,
}

/// Whether it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum RunPhase {
    Running,
    /// The trial that was going on is done again after it.
    Paused,
    Over,
    /// The session has ended; it can be resumed in another.
    Interrupted,
}

/// What is to be done now, or goes on by itself.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Step {
    /// To be opened in the app under test. Overdue: handed over, but nobody has asked for the page in some seconds.
    Open {
        address: String,
        is_overdue: bool,
    },
    /// The person does what the claim is about, with this text if there is one, for the `done + 1`st of `times`.
    Ask {
        marker: Option<String>,
        times: u32,
        done: u32,
    },
    /// The person sets what the setting of this index says.
    SetUp {
        setting: u32,
    },
    /// The app under test has to leave the screen.
    Background,
    /// Pages lead on by themselves; this one of so many is open.
    Visiting {
        visit: u32,
        visits: u32,
    },
    Wait {
        why: Pause,
        ends_in_ms: u64,
    },
    /// It does not run.
    Nothing,
}

/// What a wait is for.
#[uniffi::remote(Enum)]
pub enum Pause {
    Baseline,
    Sham,
    Flush,
    Background,
    Settle,
}

/// A claim of `docs/method.md`.
#[uniffi::remote(Enum)]
pub enum Claim {
    C1,
    C2,
    C3,
    C4,
    C5,
    C6,
    C7,
    C8,
    C9,
    C10,
    C11,
    C12,
}

/// What a request amounts to, before anything is done.
#[uniffi::export]
pub fn plan_summary(request: ExperimentRequest) -> PlanSummary {
    let plan = request.plan("");
    PlanSummary {
        kind: match plan.test {
            Test::Length { .. } => PlanKind::Length,
            Test::Count { .. } => PlanKind::Count,
            Test::Watch { .. } => PlanKind::Watch,
        },
        opens_addresses: plan.opens_addresses(),
        trials: count(plan.trials()),
        seconds: plan.least_time().0.div_ceil(1000),
        settings: count(plan.cells.len()),
        visits: plan.test.visits(),
    }
}

impl ExperimentRequest {
    /// `page` is where pages are.
    pub(crate) fn plan(&self, page: &str) -> Plan {
        let plan = if self.is_short { Plan::short } else { Plan::named };
        plan(self.claim, &self.app, page)
    }
}

/// An experiment at work, until it is over, or the session that it was begun in ends. All of it may be called from any
/// thread; only [`Self::await_change`] waits.
#[derive(uniffi::Object)]
pub struct ExperimentRun(Arc<Run>);

impl ExperimentRun {
    pub(crate) fn new(run: Arc<Run>) -> Arc<Self> {
        Arc::new(Self(run))
    }
}

#[uniffi::export]
impl ExperimentRun {
    /// How it stands.
    pub fn state(&self) -> RunState {
        self.0.status().into()
    }

    /// The same once it is another than that of the version `seen`, or after the time.
    pub fn await_change(&self, seen: u64, timeout_ms: u32) -> RunState {
        self.0.await_change(seen, Duration::from_millis(timeout_ms.into())).into()
    }

    /// What was asked for is done.
    pub fn done(&self) {
        self.0.done();
    }

    /// The address was handed to the app under test. Whether that shows the page, the page tells.
    pub fn opened(&self) {
        self.0.opened();
    }

    /// Leaves the current trial out, because something went wrong. Not because of what it showed.
    pub fn skip(&self) {
        self.0.skip();
    }

    /// Does the current trial again, with other texts.
    pub fn repeat(&self) {
        self.0.repeat();
    }

    /// Lets nothing count until [`Self::go_on`]; the current trial is done again then.
    pub fn pause(&self) {
        self.0.pause();
    }

    pub fn go_on(&self) {
        self.0.go_on();
    }

    /// Ends it for good; what was done so far is judged.
    pub fn abort(&self) {
        self.0.abort();
    }
}

impl From<PageText> for conduct::PageText {
    fn from(text: PageText) -> Self {
        Self { opened: text.opened, back: text.back_to_telltale }
    }
}

impl From<Status> for RunState {
    fn from(status: Status) -> Self {
        Self {
            version: status.version,
            id: status.id,
            phase: match status.phase {
                Phase::Running => RunPhase::Running,
                Phase::Paused => RunPhase::Paused,
                Phase::Over => RunPhase::Over,
                Phase::Interrupted => RunPhase::Interrupted,
            },
            step: status.step.into(),
            trial: count(status.trial),
            trials: count(status.trials),
            over: count(status.over),
            left_ms: milliseconds(status.left),
            problem: status.problem,
        }
    }
}

impl From<conduct::Step> for Step {
    fn from(step: conduct::Step) -> Self {
        match step {
            conduct::Step::Open { address, is_overdue } => Self::Open { address, is_overdue },
            conduct::Step::Ask { marker, times, done, .. } => Self::Ask { marker, times, done },
            conduct::Step::SetUp { cell, .. } => Self::SetUp { setting: count(cell) },
            conduct::Step::Background => Self::Background,
            conduct::Step::Visiting { visit, visits } => Self::Visiting { visit, visits },
            conduct::Step::Wait { why, left } => Self::Wait { why, ends_in_ms: milliseconds(left) },
            conduct::Step::Nothing => Self::Nothing,
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
