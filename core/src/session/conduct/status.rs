//! How an experiment at work stands, posted for whoever follows it.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::engine::monotonic;
use crate::experiment::{Pause, State};
use crate::store::ExperimentRow;

/// How an experiment stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Another one when anything but the clock has changed.
    pub version: u64,
    /// Its number in the record; absent: not recorded.
    pub id: Option<i64>,
    pub phase: Phase,
    pub step: Step,
    /// Steps so far that somebody has to do something for: another number is another thing to do.
    pub asked: u64,
    /// The trial that goes on, from 1; 0: none.
    pub trial: usize,
    pub trials: usize,
    /// Trials that are over, done or left out.
    pub over: usize,
    /// How long the rest takes at least.
    pub left: Duration,
    /// What went wrong, for people.
    pub problem: Option<String>,
}

/// Whether it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Running,
    /// The trial that was going on is done again after it.
    Paused,
    Over,
    /// What it watched has ended; it can be gone on with in another session.
    Interrupted,
}

/// What is to be done now, or goes on by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// This address is to be opened. Overdue: it is said to have been, but nobody has asked for the page.
    Open {
        address: String,
        is_overdue: bool,
    },
    /// A person is to do what `text` says for the `done + 1`st of `times`; the marker is in it, if there is one.
    Ask {
        text: String,
        marker: Option<String>,
        times: u32,
        done: u32,
    },
    /// A person is to set what the cell of this index says.
    SetUp {
        cell: usize,
        text: String,
    },
    /// The app under test has to leave the screen.
    Background,
    /// Pages lead on by themselves; this one of so many is open.
    Visiting {
        visit: u32,
        visits: u32,
    },
    /// Nothing is to be done for so long; posted without it, shown with it.
    Wait {
        why: Pause,
        left: Duration,
    },
    Nothing,
}

impl Status {
    /// What the experiment itself says; nothing is asked for.
    pub(super) fn of(row: &ExperimentRow, now: Instant) -> Self {
        let progress = row.experiment.progress(now);
        Self {
            version: 0,
            id: row.id,
            phase: match progress.state {
                State::Running => Phase::Running,
                State::Idle => Phase::Paused,
                State::Over => Phase::Over,
            },
            step: Step::Nothing,
            asked: 0,
            trial: progress.trial.map_or(0, |trial| trial + 1),
            trials: progress.trials,
            over: progress.over,
            left: Duration::from_millis(progress.left.0),
            problem: None,
        }
    }
}

/// Where it is posted.
#[derive(Debug)]
pub(super) struct Board {
    posted: Mutex<Posted>,
    changed: Condvar,
}

#[derive(Debug)]
struct Posted {
    status: Status,
    /// When the wait ends, if there is one,
    until: Option<Instant>,
    /// and since when time passes that leaves less for the rest.
    running_since: Option<Instant>,
    /// What came of it, once it has ended here.
    row: Option<Box<ExperimentRow>>,
}

impl Board {
    pub(super) fn new(status: Status) -> Self {
        let posted = Posted { status, until: None, running_since: None, row: None };
        Self { posted: Mutex::new(posted), changed: Condvar::new() }
    }

    /// Posts `status` if it says anything new; its version is seen to here. `until` is when its wait ends.
    pub(super) fn post(&self, status: Status, until: Option<Instant>, now: Instant) {
        let mut posted = self.lock();
        let version = posted.status.version;
        let still = Status { version, left: posted.status.left, ..status.clone() };
        if still == posted.status && until == posted.until {
            return;
        }
        let is_passing = matches!(status.step, Step::Wait { .. } | Step::Visiting { .. });
        posted.running_since = is_passing.then_some(now);
        posted.until = until;
        posted.status = Status { version: version + 1, ..status };
        self.changed.notify_all();
    }

    /// Leaves what came of it, and lets everybody look.
    pub(super) fn leave(&self, row: ExperimentRow) {
        self.lock().row = Some(Box::new(row));
    }

    pub(super) fn row(&self) -> Option<ExperimentRow> {
        self.lock().row.as_deref().cloned()
    }

    pub(super) fn status(&self) -> Status {
        self.lock().at(monotonic())
    }

    pub(super) fn await_change(&self, seen: u64, patience: Duration) -> Status {
        let is_seen = |posted: &mut Posted| posted.status.version == seen;
        let waited = self.changed.wait_timeout_while(self.lock(), patience, is_seen);
        let (posted, _) = waited.unwrap_or_else(PoisonError::into_inner);
        posted.at(monotonic())
    }

    fn lock(&self) -> MutexGuard<'_, Posted> {
        self.posted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Posted {
    /// What was posted, with the time that has passed since.
    fn at(&self, now: Instant) -> Status {
        let mut status = self.status.clone();
        if let (Step::Wait { left, .. }, Some(until)) = (&mut status.step, self.until) {
            *left = until.saturating_duration_since(now);
        }
        if let Some(since) = self.running_since {
            status.left = status.left.saturating_sub(now.saturating_duration_since(since));
        }
        status
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(step: Step) -> Status {
        Status {
            version: 0,
            id: None,
            phase: Phase::Running,
            step,
            asked: 0,
            trial: 1,
            trials: 2,
            over: 0,
            left: Duration::from_secs(3600),
            problem: None,
        }
    }

    fn wait() -> Status {
        status(Step::Wait { why: Pause::Flush, left: Duration::ZERO })
    }

    #[test]
    fn a_version_is_another_one_when_there_is_news() {
        let board = Board::new(status(Step::Nothing));
        let now = monotonic();
        let soon = now + Duration::from_secs(60);
        let mut versions = Vec::new();
        for (status, until) in [
            (status(Step::Nothing), None),
            (status(Step::Background), None),
            (Status { left: Duration::ZERO, ..status(Step::Background) }, None),
            (wait(), Some(now)),
            (wait(), Some(now)),
            (wait(), Some(soon)),
        ] {
            board.post(status, until, now);
            versions.push(board.status().version);
        }
        assert_eq!(versions, [0, 1, 1, 2, 2, 3]);
    }

    #[test]
    fn time_passes_while_it_is_waited_for_and_not_while_a_person_is() {
        let board = Board::new(status(Step::Nothing));
        let now = monotonic();
        let at = |seconds| board.lock().at(now + Duration::from_secs(seconds));
        board.post(wait(), Some(now + Duration::from_secs(40)), now);
        let later = at(30);
        assert_eq!(later.left, Duration::from_secs(3570));
        assert_eq!(later.step, Step::Wait { why: Pause::Flush, left: Duration::from_secs(10) });
        board.post(status(Step::Background), None, now);
        assert_eq!(at(30).left, Duration::from_secs(3600));
    }

    #[test]
    fn who_waits_is_told_at_once_and_not_longer_than_asked() {
        let board = Board::new(status(Step::Nothing));
        assert_eq!(board.await_change(7, Duration::from_secs(60)).version, 0);
        assert_eq!(board.await_change(0, Duration::ZERO).version, 0);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| board.await_change(0, Duration::from_secs(60)));
            board.post(status(Step::Background), None, monotonic());
            assert_eq!(waiting.join().unwrap().version, 1);
        });
    }
}
