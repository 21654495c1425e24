//! What the arguments make of a plan.

use std::net::IpAddr;
use std::num::NonZero;

use clap::Args;
use telltale_core::experiment::{Claim, Millis, Plan, Scope, Test};

use super::ExperimentError;

/// Arguments of `telltale experiment run`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct RunArgs {
    /// What is claimed: C1 addresses visited, C2 in incognito mode, C3 words searched for, C6 music; C4, C5, C11, C12
    /// count what follows an action. docs/method.md describes each
    pub(super) claim: Claim,
    /// How an address is opened: words without a shell, {url} stands for it
    #[arg(long, value_name = "COMMAND")]
    pub(super) open: Option<String>,
    /// How the program is sent to the background; without it, it is not
    #[arg(long, value_name = "COMMAND")]
    pub(super) background: Option<String>,
    /// Address of pages on another server, {} stands for the text [default: pages served from here]
    #[arg(long, value_name = "URL")]
    pub(super) page: Option<String>,
    /// Only flows of this program count [default: of all that run in there]
    #[arg(long, value_name = "PROGRAM")]
    app: Option<String>,
    /// Characters that are added to addresses
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    lengths: Vec<u32>,
    /// Trials of each length, or of each kind
    #[arg(long, value_name = "N")]
    trials: Option<NonZero<u32>>,
    /// Addresses per trial
    #[arg(long, value_name = "N")]
    visits: Option<NonZero<u32>>,
    /// Seconds from one address to the next
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pace: Option<Millis>,
    /// Seconds that uploads are waited for after the last
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    window: Option<Millis>,
    /// Seconds between trials
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    settle: Option<Millis>,
    /// Seconds of rest before the first trial
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    baseline: Option<Millis>,
    /// Decides the order of trials and the texts [default: another each time]
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Go on with an experiment that was interrupted; what its plan says stays
    #[arg(long, value_name = "ID")]
    pub(super) resume: Option<i64>,
    /// MTU that the program's network shows
    #[arg(long, value_name = "N", default_value_t = 1500, value_parser = clap::value_parser!(u16).range(1280..))]
    pub(super) mtu: u16,
    /// Resolver for the program's look-ups, instead of those in /etc/resolv.conf
    #[arg(long, value_name = "ADDR")]
    pub(super) dns: Vec<IpAddr>,
    /// The program that stays open meanwhile, with its arguments; none where --open starts it anew each time
    #[arg(trailing_var_arg = true, value_name = "BROWSER")]
    pub(super) browser: Vec<String>,
}

const HELP: &str = "Trials come in random order. The usual plan of C1 takes some 90 minutes and errs in less than 1 of \
100 cases; shorter ones leave more undecided. On a terminal: s leaves the trial out, r does it again, q ends.";

impl RunArgs {
    /// The usual plan with what was asked for otherwise. `page` is where pages are.
    pub(super) fn plan(&self, page: &str) -> Result<Plan, ExperimentError> {
        let mut plan = Plan::named(self.claim, self.app.as_deref().unwrap_or_default(), page);
        if self.app.is_none() {
            plan.scope = Scope { suspects: Vec::new(), ..plan.scope };
        }
        self.change_test(&mut plan.test)?;
        let windows = &mut plan.windows;
        windows.pace = self.pace.unwrap_or(windows.pace);
        windows.flush = self.window.unwrap_or(windows.flush);
        windows.settle = self.settle.unwrap_or(windows.settle);
        windows.baseline = self.baseline.unwrap_or(windows.baseline);
        windows.background = windows.background.filter(|_| self.background.is_some());
        if plan.opens_addresses() && self.open.is_none() {
            return Err(ExperimentError::NoOpen { claim: self.claim.to_string() });
        }
        Ok(plan)
    }

    fn change_test(&self, test: &mut Test) -> Result<(), ExperimentError> {
        let or = |asked: Option<NonZero<u32>>, usual: &mut u32| *usual = asked.map_or(*usual, NonZero::get);
        match test {
            Test::Length { lengths, repetitions, visits, .. } => {
                or(self.trials, repetitions);
                or(self.visits, visits);
                if !self.lengths.is_empty() {
                    lengths.clone_from(&self.lengths);
                }
            }
            Test::Count { repetitions, actions, .. } => {
                or(self.trials, repetitions);
                or(self.visits, actions);
            }
            Test::Watch { .. } => return Err(ExperimentError::Watch { claim: self.claim.to_string() }),
        }
        Ok(())
    }

    /// What it is about, for the record.
    pub(super) fn subject(&self) -> String {
        let open = self.open.as_deref().and_then(|open| open.split_whitespace().next());
        let named = self.app.as_deref().or(self.browser.first().map(String::as_str));
        named.or(open).unwrap_or("everything").to_owned()
    }
}

/// A number of seconds, also in parts.
fn seconds(text: &str) -> Result<Millis, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("'{text}' is not a number of seconds"))?;
    if !(0.0..=86_400.0).contains(&seconds) {
        return Err("between 0 and 86400 seconds".to_owned());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a day")]
    Ok(Millis((seconds * 1000.0).round() as u64))
}

/// A place for the text in an address of pages.
pub(super) fn with_place(page: &str) -> Result<String, ExperimentError> {
    if page.contains("{}") { Ok(page.to_owned()) } else { Err(ExperimentError::NoPlace(page.to_owned())) }
}
