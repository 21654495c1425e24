//! What an experiment does, as data: the claim, the kind of test, whose bytes count, and how long is waited.

use serde::{Deserialize, Serialize};

use super::claim::Claim;
use super::scope::Scope;

/// Milliseconds: a length of time that reads well in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// `seconds`, in milliseconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds * 1000)
    }
}

/// An experiment before it runs. [`Plan::named`] makes the usual one; every field may be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub claim: Claim,
    pub test: Test,
    pub scope: Scope,
    /// Settings to compare, one after the other. A switch test has several; every other one, without a name.
    pub cells: Vec<Cell>,
    pub windows: Windows,
}

/// The kind of test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Test {
    /// Texts of different length are shown to the app. If it uploads them, it uploads more where they are longer.
    Length {
        stimulus: Stimulus,
        /// Characters of the marker; one trial of each per block, two of what is listed twice.
        lengths: Vec<u32>,
        /// Blocks, hence trials of each length.
        repetitions: u32,
        /// Texts per trial, each another one. More of them fill the queues of an app that waits for many events, and
        /// lift the signal above unrelated uploads.
        visits: u32,
    },
    /// Actions against waits of the same length in which nothing is done.
    Count {
        /// What the person is asked to do.
        ask: String,
        repetitions: u32,
        /// Times it is done per trial.
        actions: u32,
    },
    /// Nothing is done: what the record says of a period is looked through.
    Watch { period: Millis },
}

/// How a text of a chosen length gets to the app. `{}` stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stimulus {
    /// An address of a server of our own, to be opened.
    Address(String),
    /// Something to ask a person for.
    Ask(String),
}

/// One setting under which all trials are done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cell {
    /// Short, for a table; empty where there is only one.
    pub name: String,
    /// What the person is asked to set before the first trial; empty: nothing.
    pub set_up: String,
}

/// How long is waited, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// Nothing is done for so long at the beginning: what the app sends by itself.
    pub baseline: Millis,
    /// From one visit of a trial to the next.
    pub pace: Millis,
    /// After the last visit. Sensors' library sends what it has every 15 s, so 40 s are two such times and slack.
    pub flush: Millis,
    /// After the app was sent to the background, where such libraries send what they have; absent: it is not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub background: Option<Millis>,
    /// At the end of a trial, for what is late.
    pub settle: Millis,
}

impl Default for Windows {
    fn default() -> Self {
        Self {
            baseline: Millis::seconds(600),
            pace: Millis::seconds(1),
            flush: Millis::seconds(40),
            background: Some(Millis::seconds(10)),
            settle: Millis::seconds(5),
        }
    }
}

impl Windows {
    /// One time of 15 s after the last visit, and little slack.
    fn short() -> Self {
        Self {
            baseline: Millis::seconds(45),
            pace: Millis(500),
            flush: Millis::seconds(16),
            background: Some(Millis::seconds(4)),
            settle: Millis::seconds(1),
        }
    }
}

/// Lengths of markers. A request line of 8000 bytes is what every server takes (RFC 9112 section 3).
pub const LENGTHS: [u32; 5] = [0, 512, 1024, 2048, 4096];
/// Trials of each length.
pub const REPETITIONS: u32 = 10;
/// Pages per trial: at two events a page, 40 of them are more than the 50 events of a full request, and what is left
/// for the next trial is the lesser part.
pub const VISITS: u32 = 40;
/// Where four settings are compared, each has fewer trials, or it would take a day. Twice in a block: see
/// [`SHORT_LENGTHS`].
const LENGTHS_PER_CELL: [u32; 6] = [0, 0, 1024, 1024, 4096, 4096];
const REPETITIONS_PER_CELL: u32 = 4;
/// The same for a plan of about ten minutes. Each length twice in a block: there are more orders than in two blocks
/// with each once, and so few trials need all the orders that there can be.
const SHORT_LENGTHS: [u32; 6] = [0, 0, 1024, 1024, 4096, 4096];
const SHORT_REPETITIONS: u32 = 3;
/// Still enough to fill a queue of 50 events at two a page.
const SHORT_VISITS: u32 = 26;
const SHORT_ACTIONS: u32 = 8;
/// Incognito off and on; not what Enhanced Incognito, which few browsers have, makes of it.
const SHORT_CELLS: usize = 2;
/// Actions, and waits, where they are counted.
pub const ACTIONS: u32 = 30;
/// A week.
const WATCHED: Millis = Millis::seconds(7 * 24 * 3600);

impl Plan {
    /// The usual plan for a claim.
    ///
    /// `app` is the package or program under test. `page` is an address of a server of one's own with `{}` in it for
    /// the marker; its host never counts. It is only used by plans that open addresses.
    pub fn named(claim: Claim, app: &str, page: &str) -> Self {
        let scope = Scope::of(app, &claim.expected_that_counts()).without_page(page);
        let cells = claim.cells().into_iter().map(|(name, set_up)| Cell::new(name, set_up)).collect();
        Self { claim, test: Test::of(claim, page), scope, cells, windows: Windows::default() }
    }

    /// A plan of about ten minutes for whoever has no more: fewer trials with shorter waits. It leaves more undecided
    /// than the usual one, and says no more often that something was uploaded which was not.
    ///
    /// Where a person acts, or settings are compared, there are fewer trials all the same, and they take as long as the
    /// person does.
    pub fn short(claim: Claim, app: &str, page: &str) -> Self {
        let mut plan = Self::named(claim, app, page);
        if claim == Claim::C2 {
            plan.cells.truncate(SHORT_CELLS);
        }
        match &mut plan.test {
            Test::Length { stimulus, lengths, repetitions, visits } => {
                *lengths = SHORT_LENGTHS.to_vec();
                *repetitions = SHORT_REPETITIONS;
                if matches!(stimulus, Stimulus::Address(_)) {
                    *visits = SHORT_VISITS;
                }
            }
            Test::Count { repetitions, .. } => *repetitions = (*repetitions).min(SHORT_ACTIONS),
            Test::Watch { .. } => {}
        }
        plan.windows = Windows::short();
        plan
    }

    /// Whether addresses are opened, and not a person asked.
    pub fn opens_addresses(&self) -> bool {
        matches!(self.test, Test::Length { stimulus: Stimulus::Address(_), .. })
    }

    /// Trials in all cells.
    pub fn trials(&self) -> usize {
        let per_block = self.test.doses().len();
        let blocks = usize::try_from(self.test.repetitions()).unwrap_or(usize::MAX);
        self.cells.len().saturating_mul(blocks).saturating_mul(per_block)
    }

    /// How long a trial takes if everything asked for is done at once.
    pub fn trial_time(&self) -> Millis {
        let windows = &self.windows;
        let paces = u64::from(self.test.visits()) * windows.pace.0;
        Millis(paces + windows.flush.0 + windows.background.unwrap_or_default().0 + windows.settle.0)
    }

    /// The same of all of it.
    pub fn least_time(&self) -> Millis {
        let trials = u64::try_from(self.trials()).unwrap_or(u64::MAX);
        Millis(self.trial_time().0.saturating_mul(trials).saturating_add(self.windows.baseline.0))
    }
}

impl Test {
    fn of(claim: Claim, page: &str) -> Self {
        let length = |stimulus, visits| Self::Length {
            stimulus,
            lengths: LENGTHS.to_vec(),
            repetitions: REPETITIONS,
            visits,
        };
        let page = Stimulus::Address(page.to_owned());
        let count = |ask: &str, repetitions| Self::Count { ask: ask.to_owned(), repetitions, actions: 1 };
        match claim {
            Claim::C1 => length(page, VISITS),
            Claim::C2 => Self::Length {
                stimulus: page,
                lengths: LENGTHS_PER_CELL.to_vec(),
                repetitions: REPETITIONS_PER_CELL,
                visits: VISITS,
            },
            Claim::C3 => length(Stimulus::Ask("search for the text {}".to_owned()), 1),
            Claim::C6 => length(Stimulus::Ask("play the track with the title {}".to_owned()), 1),
            Claim::C4 => count("scroll ten cards of the feed and open one article", ACTIONS),
            Claim::C5 => count("open a folder, swipe a screen, pull down the status bar", ACTIONS),
            Claim::C11 => count("use the app for half a minute as always", REPETITIONS),
            Claim::C12 => count("add a bookmark", REPETITIONS),
            Claim::C7 | Claim::C8 | Claim::C9 | Claim::C10 => Self::Watch { period: WATCHED },
        }
    }

    /// What a person is asked for where actions are counted.
    pub(super) fn ask(&self) -> &str {
        match self {
            Self::Count { ask, .. } => ask,
            Self::Length { .. } | Self::Watch { .. } => "",
        }
    }

    /// What the trials of one block are.
    pub(super) fn doses(&self) -> Vec<Dose> {
        match self {
            Self::Length { lengths, .. } => lengths.iter().copied().map(Dose::Length).collect(),
            Self::Count { .. } => vec![Dose::Action, Dose::Sham],
            Self::Watch { .. } => Vec::new(),
        }
    }

    pub(super) fn repetitions(&self) -> u32 {
        match self {
            Self::Length { repetitions, .. } | Self::Count { repetitions, .. } => *repetitions,
            Self::Watch { .. } => 0,
        }
    }

    /// Texts or actions of a trial.
    pub fn visits(&self) -> u32 {
        match self {
            Self::Length { visits, .. } => *visits,
            Self::Count { actions, .. } => *actions,
            Self::Watch { .. } => 0,
        }
    }
}

impl Cell {
    fn new(name: &str, set_up: &str) -> Self {
        Self { name: name.to_owned(), set_up: set_up.to_owned() }
    }
}

/// What a trial gives the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dose {
    /// Texts with a marker of so many characters.
    Length(u32),
    /// What is counted.
    Action,
    /// A wait in its place.
    Sham,
}

impl Dose {
    /// As a number that a slope can be taken of: characters, or actions.
    pub(super) fn amount(self) -> f64 {
        match self {
            Self::Length(characters) => f64::from(characters),
            Self::Action => 1.0,
            Self::Sham => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_plan_has_ten_trials_of_each_length() {
        let plan = Plan::named(Claim::C1, "com.android.browser", "http://pages.example/{}");
        assert_eq!(plan.trials(), 50);
        assert_eq!(plan.cells.len(), 1);
    }

    #[test]
    fn a_short_plan_takes_some_ten_minutes() {
        let plan = Plan::short(Claim::C1, "com.android.browser", "http://pages.example/{}");
        let minutes = plan.least_time().0.div_ceil(60_000);
        assert!((9..=11).contains(&minutes), "{minutes}");
    }

    #[test]
    fn incognito_is_tried_in_four_cells() {
        let plan = Plan::named(Claim::C2, "com.mi.globalbrowser", "http://pages.example/{}");
        assert_eq!((plan.cells.len(), plan.trials()), (4, 96));
        assert!(plan.cells.iter().all(|cell| !cell.set_up.is_empty()));
    }

    #[test]
    fn every_plan_survives_json() {
        for (claim, make) in Claim::ALL
            .into_iter()
            .flat_map(|claim| [(claim, Plan::named as fn(_, _, _) -> _), (claim, Plan::short)])
        {
            let plan: Plan = make(claim, "com.example", "http://pages.example/{}");
            let json = serde_json::to_string(&plan).unwrap();
            assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan, "{claim}");
        }
    }
}
