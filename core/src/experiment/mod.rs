//! Does this action cause that upload? A plan in, prompts out, flows in, a verdict out.
//!
//! Encryption hides what an app sends, not how much. So the app is shown texts of random length in random order, and
//! what its flows to collectors sent is compared with the lengths: only an app that uploads the text, or something made
//! of it, sends more where it was longer. `docs/method.md` says what that proves, and how often it errs.
//!
//! | file | turns |
//! |---|---|
//! | `claim`, `plan` | a claim into a plan, which is data |
//! | `trial` | a plan and a seed into trials in random order, and their texts |
//! | `scope`, `ledger` | flows into bytes that count, by class and time |
//! | `machine`, `prompt` | a plan into prompts, and answers into the times of trials |
//! | `length`, `count`, `stats` | trials and bytes into numbers |
//! | `points` | trials into points of a plot |
//! | `encoding`, `outcome`, `words` | numbers into a verdict and a sentence |
//! | `watch` | what the record says of a period into a verdict |

mod claim;
mod count;
mod encoding;
mod ledger;
mod length;
mod machine;
mod outcome;
mod plan;
mod points;
mod prompt;
mod scope;
mod stats;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod trial;
mod watch;
mod words;

pub use claim::{Claim, NoSuchClaim};
pub use count::CountResult;
pub use encoding::{ENCODINGS, Encoding, Match};
pub use length::{CountedBy, LengthResult};
pub use machine::Experiment;
pub use outcome::{CellOutcome, Difference, Doubt, Measured, Outcome, Verdict};
pub use plan::{ACTIONS, Cell, Dose, LENGTHS, Millis, Plan, REPETITIONS, Stimulus, Test, VISITS, Windows};
pub use points::Point;
pub use prompt::{Note, Pause, Progress, Prompt, State};
pub(crate) use scope::RELAYS;
pub use scope::{Class, Scope};
pub use stats::rate::{Ratio, wilson};
pub use stats::slope::{BOUND, Interval};
pub use trial::{Trial, TrialState};
pub use watch::{Observation, Observed, WatchOutcome, watch};
