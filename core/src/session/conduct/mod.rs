//! An experiment at work on a session: what drives the machine of [`experiment`](crate::experiment) for the command
//! and the phone alike.
//!
//! | file | turns |
//! |---|---|
//! | `conductor` | a session's flows, and what people say, into steps and a record |
//! | `pages` | an address and an experiment into pages that lead on by themselves |
//! | `status` | steps into what whoever follows sees |

mod conductor;
pub mod pages;
mod status;
#[cfg(test)]
mod tests;

use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

pub use self::pages::{PageText, Pages};
pub use self::status::{Phase, Status, Step};

use self::conductor::Conductor;
use self::status::Board;
use crate::event::{FlowId, FlowRecord};
use crate::experiment::Claim;
use crate::store::{ExperimentRow, Writer};

/// What may wait to be looked at. A flow tells its state twice a second at most.
const QUEUE: usize = 4096;

/// What happens to an experiment.
#[derive(Debug)]
pub(super) enum Input {
    /// Flows that were open before it, and what they had sent by then.
    Open(Vec<(FlowId, u64)>),
    Flow(Box<FlowRecord>),
    Done,
    Opened,
    /// This address was asked for.
    Visited(String),
    Skip,
    Repeat,
    Pause,
    GoOn,
    Abort,
    /// To be interrupted; why, if something went wrong.
    Stop(Option<String>),
}

/// Why an experiment is not begun.
#[derive(Debug, thiserror::Error)]
pub enum ConductError {
    #[error("another experiment is running")]
    Busy,
    #[error("the experiment is over")]
    Over,
    #[error("{0} is told by the record, not by an experiment")]
    Watch(Claim),
    #[error("failed to start a thread: {0}")]
    Thread(#[source] io::Error),
}

/// An experiment at work, on a thread of its own. It goes on until it is over or stopped, whether or not anybody
/// follows.
pub struct Run {
    board: Arc<Board>,
    inputs: SyncSender<Input>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Run {
    /// Begins, or goes on with, what `row` has, and records it in `record`. With `pages` of its own, it is these that
    /// are opened, and that say so.
    pub(super) fn start(
        mut row: ExperimentRow,
        record: Option<Arc<Writer>>,
        pages: Option<Pages>,
    ) -> Result<Self, ConductError> {
        if row.experiment.trials().is_empty() {
            return Err(ConductError::Watch(row.experiment.plan().claim));
        }
        if row.experiment.is_over() {
            return Err(ConductError::Over);
        }
        let (inputs, inbox) = mpsc::sync_channel(QUEUE);
        if let Some(pages) = &pages {
            row.experiment.set_page(pages.address());
            pages.report_to(inputs.clone());
        }
        let mut conductor = Conductor::new(row, record, pages);
        let board = conductor.board();
        conductor.start();
        let thread = thread::Builder::new().name("telltale-experiment".to_owned());
        let thread = thread.spawn(move || conductor.run(&inbox)).map_err(ConductError::Thread)?;
        Ok(Self { board, inputs, thread: Mutex::new(Some(thread)) })
    }

    /// Where flows are to be told.
    pub(super) fn inputs(&self) -> SyncSender<Input> {
        self.inputs.clone()
    }

    /// Whether it has ended here: it is over, or was interrupted.
    pub fn has_ended(&self) -> bool {
        matches!(self.status().phase, Phase::Over | Phase::Interrupted)
    }

    /// How it stands.
    pub fn status(&self) -> Status {
        self.board.status()
    }

    /// The same once it is another than that of the version `seen`, or after `patience`.
    pub fn await_change(&self, seen: u64, patience: Duration) -> Status {
        self.board.await_change(seen, patience)
    }

    /// What was asked for is done.
    pub fn done(&self) {
        self.tell(Input::Done);
    }

    /// An address was handed to the app under test: it is done when its page is asked for.
    pub fn opened(&self) {
        self.tell(Input::Opened);
    }

    /// Leaves the current trial out, because something went wrong. Not because of what it showed.
    pub fn skip(&self) {
        self.tell(Input::Skip);
    }

    /// Does the current trial again, with other texts.
    pub fn repeat(&self) {
        self.tell(Input::Repeat);
    }

    /// Lets nothing count until [`Self::go_on`]; the current trial is done again then.
    pub fn pause(&self) {
        self.tell(Input::Pause);
    }

    pub fn go_on(&self) {
        self.tell(Input::GoOn);
    }

    /// Ends it for good; what was done so far is judged.
    pub fn abort(&self) {
        self.tell(Input::Abort);
    }

    /// Interrupts it because of `problem`; what was done so far is recorded, and it can be gone on with.
    pub fn fail(&self, problem: String) {
        self.tell(Input::Stop(Some(problem)));
    }

    /// Interrupts it if it still runs, and waits until it is recorded. Answers with what came of it.
    pub fn stop(&self) -> Option<ExperimentRow> {
        self.tell(Input::Stop(None));
        // Held to the end: who stops it as well waits as long.
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.take().is_some_and(|thread| thread.join().is_err()) {
            log::error!("the thread of an experiment had panicked");
        }
        self.board.row()
    }

    fn tell(&self, input: Input) {
        // An error means that it has ended.
        let _ = self.inputs.send(input);
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("status", &self.status()).finish_non_exhaustive()
    }
}
