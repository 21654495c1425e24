//! What the arguments make of a plan.

use std::net::IpAddr;

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
    /// Some ten minutes instead of ninety: more is left undecided
    #[arg(long)]
    short: bool,
    /// Characters that are added to addresses
    #[arg(long, value_name = "N,N", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(..=60_000))]
    lengths: Vec<u32>,
    /// Trials of each length, or of each kind; twice as many of a length that is named twice
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    trials: Option<u32>,
    /// Addresses per trial
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    visits: Option<u32>,
    /// Seconds from one address to the next
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pace: Option<Millis>,
    /// Seconds that uploads are waited for after the last
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    window: Option<Millis>,
    /// Seconds in the background
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    away: Option<Millis>,
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
100 cases; --short and plans of your own leave more undecided. On a terminal: s leaves the trial out, r does it again, q ends.";

impl RunArgs {
    /// The usual plan with what was asked for otherwise. `page` is where pages are.
    pub(super) fn plan(&self, page: &str) -> Result<Plan, ExperimentError> {
        let usual = if self.short { Plan::short } else { Plan::named };
        let mut plan = usual(self.claim, self.app.as_deref().unwrap_or_default(), page);
        if self.app.is_none() {
            plan.scope = Scope { suspects: Vec::new(), ..plan.scope };
        }
        self.change_test(&mut plan.test)?;
        let windows = &mut plan.windows;
        windows.pace = self.pace.unwrap_or(windows.pace);
        windows.flush = self.window.unwrap_or(windows.flush);
        windows.settle = self.settle.unwrap_or(windows.settle);
        windows.baseline = self.baseline.unwrap_or(windows.baseline);
        windows.background = self.away.or(windows.background).filter(|_| self.background.is_some());
        if plan.opens_addresses() && self.open.is_none() {
            return Err(ExperimentError::NoOpen { claim: self.claim.to_string() });
        }
        Ok(plan)
    }

    fn change_test(&self, test: &mut Test) -> Result<(), ExperimentError> {
        let or = |asked: Option<u32>, usual: &mut u32| *usual = asked.unwrap_or(*usual);
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Whole {
        #[command(flatten)]
        args: RunArgs,
    }

    fn args(line: &str) -> RunArgs {
        Whole::parse_from(["run"].into_iter().chain(line.split_whitespace())).args
    }

    #[test]
    fn what_is_not_asked_for_stays_usual() {
        let asked =
            args("C1 --open x --trials 3 --lengths 0,10 --window 1.5").plan("http://a.example/{}").unwrap();
        let usual = Plan::named(Claim::C1, "", "http://a.example/{}");
        assert_eq!(asked.trials(), 6);
        assert_eq!(asked.windows.flush, Millis(1500));
        assert_eq!((asked.windows.pace, asked.windows.background), (usual.windows.pace, None));
    }

    #[test]
    fn all_that_runs_in_there_counts_unless_a_program_is_named() {
        let suspects = |line: &str| args(line).plan("").unwrap().scope.suspects;
        assert_eq!(suspects("C1 --open x"), Vec::<String>::new());
        assert_eq!(suspects("C1 --open x --app curl")[0], "curl");
    }

    #[test]
    fn plans_that_cannot_be_run_are_refused() {
        assert!(matches!(args("C1").plan(""), Err(ExperimentError::NoOpen { .. })));
        assert!(matches!(args("C8").plan(""), Err(ExperimentError::Watch { .. })));
        assert!(args("C3").plan("").is_ok(), "a person is asked");
    }

    #[test]
    fn seconds_may_have_parts_and_an_end() {
        assert_eq!(seconds("0.25"), Ok(Millis(250)));
        for text in ["", "x", "-1", "nan", "1e9"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn pages_have_a_place_for_the_text() {
        assert!(with_place("http://a.example/{}").is_ok());
        assert!(with_place("http://a.example/").is_err());
    }
}
