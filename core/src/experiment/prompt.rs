//! What an experiment asks of whoever drives it, and what it tells.

use serde::{Deserialize, Serialize};

use super::plan::Millis;

/// Something to be done now. All but [`Prompt::Wait`] and [`Prompt::Over`] are answered with `handle_done`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "prompt", rename_all = "kebab-case")]
pub enum Prompt {
    /// Open this address in the app.
    Open { address: String },
    /// Ask the person for this; the marker is in it, where there is one.
    Ask { text: String, marker: Option<String> },
    /// Ask the person to change settings as the cell of this index says.
    SetUp { cell: usize, text: String },
    /// Send the app to the background.
    Background,
    /// Do nothing for so long; time is told by `poll_timeout`.
    Wait { duration: Millis, why: Pause },
    /// There is nothing more to do.
    Over,
}

/// What a wait is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pause {
    /// What the app sends by itself is measured.
    Baseline,
    /// An action is left out.
    Sham,
    /// What the app has to say may come.
    Flush,
    /// The same, in the background.
    Background,
    /// What is late may come.
    Settle,
}

/// Something for the record: the caller adds the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub text: String,
    /// The app under test.
    pub app: Option<String>,
}

/// How far an experiment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Trials that are over, done or left out.
    pub over: usize,
    pub trials: usize,
    /// The trial that is running, or comes next; none before the baseline is over, and after the last.
    pub trial: Option<usize>,
    /// Time that the rest takes at least.
    pub left: Millis,
    pub state: State,
}

/// What an experiment is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Not begun, or interrupted: `handle_start` makes it go on.
    Idle,
    Running,
    Over,
}
