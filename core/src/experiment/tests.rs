//! The machine on a clock of its own.

use std::time::{Duration, Instant};

use super::testing::{collector, flow};
use super::*;
use crate::event::FlowId;

/// Two lengths in two blocks, two pages each; short waits.
fn plan() -> Plan {
    let mut plan = Plan::named(Claim::C1, "app", "http://pages.example/{}");
    plan.test = Test::Length {
        stimulus: Stimulus::Address("http://pages.example/{}".to_owned()),
        lengths: vec![0, 100],
        repetitions: 2,
        visits: 2,
    };
    plan.windows = Windows {
        baseline: Millis::seconds(60),
        pace: Millis::seconds(1),
        flush: Millis::seconds(40),
        background: Some(Millis::seconds(10)),
        settle: Millis::seconds(5),
    };
    plan
}

struct Bench {
    experiment: Experiment,
    now: Instant,
}

impl Bench {
    fn new(plan: Plan) -> Self {
        #[expect(clippy::disallowed_methods, reason = "only differences of it are used")]
        let now = Instant::now();
        Self { experiment: Experiment::new(plan, 1), now }
    }

    fn started(plan: Plan) -> Self {
        let mut bench = Self::new(plan);
        bench.experiment.handle_start(bench.now);
        bench
    }

    fn prompts(&mut self) -> Vec<Prompt> {
        std::iter::from_fn(|| self.experiment.poll_prompt()).collect()
    }

    fn done(&mut self) -> Vec<Prompt> {
        self.experiment.handle_done(self.now);
        self.prompts()
    }

    /// On to the next time-out; how many seconds that took.
    fn wait(&mut self) -> u64 {
        let due = self.experiment.poll_timeout().expect("something is due");
        let waited = due - self.now;
        self.now = due;
        self.experiment.handle_timeout(due);
        waited.as_secs()
    }

    /// Through the baseline, to the first address.
    fn through_baseline(&mut self) -> Vec<Prompt> {
        self.prompts();
        self.wait();
        self.prompts()
    }

    /// From the first address of a trial to the first of the next.
    fn through_trial(&mut self) {
        self.done();
        self.wait();
        self.done();
        self.wait();
        self.done();
        self.wait();
        self.wait();
    }

    fn send(&mut self, flow: u64, bytes_up: u64) {
        let mut flow = collector("app", flow);
        flow.counters.bytes_up = bytes_up;
        self.experiment.handle_flow(&flow, self.now);
    }
}

fn is_open(prompt: &Prompt) -> bool {
    matches!(prompt, Prompt::Open { address } if address.starts_with("http://pages.example/0"))
}

#[test]
fn a_trial_is_visits_then_waits() {
    let mut bench = Bench::started(plan());
    let wait = |seconds, why| Prompt::Wait { duration: Millis::seconds(seconds), why };
    assert_eq!(bench.prompts(), [wait(60, Pause::Baseline)]);
    assert_eq!(bench.wait(), 60);
    assert!(is_open(&bench.prompts()[0]));
    assert_eq!(bench.experiment.poll_timeout(), None, "waits for the address to be opened");
    assert_eq!(bench.done(), []);
    assert_eq!(bench.wait(), 1);
    assert!(is_open(&bench.prompts()[0]));
    assert_eq!(bench.done(), [wait(40, Pause::Flush)]);
    assert_eq!(bench.wait(), 40);
    assert_eq!(bench.prompts(), [Prompt::Background]);
    assert_eq!(bench.done(), [wait(10, Pause::Background)]);
    assert_eq!(bench.wait(), 10);
    assert_eq!(bench.prompts(), [wait(5, Pause::Settle)]);
    assert_eq!(bench.wait(), 5);
    assert_eq!(bench.experiment.trials()[0].state, TrialState::Done);
    assert_eq!(bench.experiment.progress(bench.now).over, 1);
    assert!(is_open(&bench.prompts()[0]));
}

#[test]
fn after_the_last_trial_it_is_over() {
    let mut bench = Bench::started(plan());
    bench.through_baseline();
    for _ in 0..3 {
        bench.through_trial();
        assert!(bench.prompts().last().is_some_and(is_open));
    }
    bench.through_trial();
    assert_eq!(bench.prompts().last(), Some(&Prompt::Over));
    assert_eq!(bench.experiment.progress(bench.now).state, State::Over);
    assert!(bench.experiment.outcome().complete);
}

#[test]
fn addresses_are_as_long_as_the_trial_says_and_never_the_same() {
    let mut bench = Bench::started(plan());
    let mut seen = bench.through_baseline();
    while !bench.experiment.is_over() {
        bench.experiment.handle_done(bench.now);
        if bench.experiment.poll_timeout().is_some() {
            bench.wait();
        }
        seen.extend(bench.prompts());
    }
    let mut addresses: Vec<_> =
        seen.into_iter().filter(is_open).map(|prompt| format!("{prompt:?}")).collect();
    assert_eq!(addresses.len(), 8);
    let mut lengths: Vec<_> = addresses.iter().map(String::len).collect();
    lengths.sort_unstable();
    assert_eq!(lengths[4] - lengths[0], 100);
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses.len(), 8);
}

#[test]
fn bytes_belong_to_the_window_in_which_they_were_sent() {
    let mut bench = Bench::new(plan());
    bench.send(1, 1_000_000);
    bench.experiment.handle_start(bench.now);
    bench.through_baseline();
    bench.send(1, 1_000_300);
    bench.through_trial();
    bench.through_trial();
    let outcome = bench.experiment.outcome();
    let Measured::Length(result) = &outcome.cells[0].collectors else { panic!("{outcome:?}") };
    assert_eq!((result.trials, result.bytes, result.uploads), (2, 300.0, 1));
    assert_eq!(result.characters, 200.0);
    assert_eq!(outcome.idle_bytes_per_minute, Some(0.0));
    assert!(!outcome.complete);
}

#[test]
fn what_was_sent_before_it_began_does_not_count() {
    let mut bench = Bench::new(plan());
    bench.experiment.handle_start(bench.now);
    bench.experiment.handle_open(FlowId(1), 1_000_000);
    bench.through_baseline();
    bench.send(1, 1_000_300);
    bench.through_trial();
    assert_eq!(bench.experiment.points()[0].bytes, 300.0);
}

#[test]
fn what_is_left_gets_less_as_time_passes() {
    let mut bench = Bench::started(plan());
    let told = |bench: &Bench| {
        let progress = bench.experiment.progress(bench.now);
        (progress.trial, progress.over, progress.left.0 / 1000)
    };
    assert_eq!(plan().least_time(), Millis::seconds(60 + 4 * 57));
    assert_eq!(told(&bench), (None, 0, 60 + 4 * 57));
    bench.now += Duration::from_secs(20);
    assert_eq!(told(&bench), (None, 0, 40 + 4 * 57));
    bench.through_baseline();
    assert_eq!(told(&bench), (Some(0), 0, 4 * 57));
    bench.done();
    bench.wait();
    assert_eq!(told(&bench), (Some(0), 0, 4 * 57 - 1));
    bench.now += Duration::from_secs(3600);
    assert_eq!(told(&bench), (Some(0), 0, 3 * 57), "a person takes as long as it takes");
    bench.experiment.handle_pause(bench.now);
    assert_eq!(told(&bench), (Some(0), 0, 4 * 57));
}

#[test]
fn unnamed_hosts_are_told_apart() {
    let mut bench = Bench::started(plan());
    bench.through_baseline();
    let mut unnamed = flow("app", None, 5);
    unnamed.counters.bytes_up = 70;
    bench.experiment.handle_flow(&unnamed, bench.now);
    bench.through_trial();
    let outcome = bench.experiment.outcome();
    let bytes = |measured: &Measured| match measured {
        Measured::Length(result) => result.bytes,
        Measured::Count(_) => panic!("{outcome:?}"),
    };
    assert_eq!(bytes(&outcome.cells[0].collectors), 0.0);
    assert_eq!(bytes(&outcome.cells[0].unknown), 70.0);
}

#[test]
fn what_was_interrupted_goes_on_from_its_text() {
    let mut bench = Bench::started(plan());
    bench.through_baseline();
    bench.send(1, 100);
    bench.through_trial();
    bench.experiment.handle_pause(bench.now);
    bench.send(1, 5_000);
    let text = serde_json::to_string(&bench.experiment).unwrap();
    bench.experiment = serde_json::from_str(&text).unwrap();
    assert_eq!(bench.experiment.progress(bench.now).state, State::Idle);
    assert_eq!(bench.experiment.poll_timeout(), None);

    bench.now += Duration::from_secs(86_400);
    bench.experiment.handle_start(bench.now);
    assert!(is_open(&bench.prompts()[0]), "the baseline is not measured twice");
    bench.send(1, 5_050);
    bench.through_trial();
    assert_eq!(bench.experiment.trials()[1].attempts, 2, "the second trial had begun");
    let outcome = bench.experiment.outcome();
    let Measured::Length(result) = &outcome.cells[0].collectors else { panic!("{outcome:?}") };
    assert_eq!((result.trials, result.bytes), (2, 150.0));
}

#[test]
fn a_trial_may_be_left_out_or_done_again() {
    let mut bench = Bench::started(plan());
    bench.through_baseline();
    bench.experiment.handle_skip(bench.now);
    bench.wait();
    assert_eq!(bench.experiment.trials()[0].state, TrialState::Skipped);
    let before = bench.prompts();
    bench.experiment.handle_repeat(bench.now);
    bench.wait();
    let after = bench.prompts();
    assert_eq!(bench.experiment.trials()[1].attempts, 2);
    assert_ne!(before.last(), after.last(), "other texts");
    assert_eq!(bench.experiment.outcome().skipped, 1);
}

#[test]
fn an_end_before_time_keeps_what_was_done() {
    let mut bench = Bench::started(plan());
    bench.through_baseline();
    bench.through_trial();
    bench.experiment.handle_abort(bench.now);
    assert_eq!(bench.prompts(), [Prompt::Over]);
    assert!(bench.experiment.is_over());
    assert_eq!(bench.experiment.poll_timeout(), None);
    let outcome = bench.experiment.outcome();
    assert_eq!((outcome.verdict, outcome.complete), (Verdict::Undecided, false));
}

#[test]
fn a_switch_test_asks_for_each_setting_once() {
    let mut plan = plan();
    plan.cells = ["off", "on"].map(|set_up| Cell { name: set_up.into(), set_up: set_up.into() }).to_vec();
    let mut bench = Bench::started(plan);
    assert_eq!(bench.prompts(), [Prompt::SetUp { cell: 0, text: "off".into() }]);
    bench.done();
    bench.wait();
    for _ in 0..4 {
        bench.prompts();
        bench.through_trial();
    }
    assert_eq!(bench.prompts().last(), Some(&Prompt::SetUp { cell: 1, text: "on".into() }));
    assert!(is_open(&bench.done()[0]), "the baseline is not measured twice");
    assert_eq!(bench.experiment.outcome().cells.len(), 2);
}

#[test]
fn a_baseline_of_nothing_passes_at_once() {
    let mut plan = plan();
    plan.windows.baseline = Millis(0);
    let mut bench = Bench::started(plan);
    assert_eq!(bench.wait(), 0);
    assert!(bench.prompts().iter().any(is_open));
}

#[test]
fn notes_tell_when_trials_began() {
    let mut bench = Bench::started(plan());
    bench.through_baseline();
    let note = bench.experiment.poll_note().unwrap();
    assert_eq!(note.text, "experiment C1: trial 1 of 4 begins");
    assert_eq!(note.app.as_deref(), Some("app"));
}

#[test]
fn a_watch_has_no_trials() {
    let bench = Bench::new(Plan::named(Claim::C8, "app", ""));
    assert!(bench.experiment.is_over());
}

/// Actions that are followed by an upload, or not.
fn counted(is_reported: bool) -> CountResult {
    let mut plan = plan();
    plan.test = Test::Count { ask: "open a folder".into(), repetitions: 15, actions: 1 };
    plan.windows.background = None;
    let mut bench = Bench::started(plan);
    let mut sent = 0;
    bench.through_baseline();
    while !bench.experiment.is_over() {
        let is_action = bench.experiment.poll_timeout().is_none();
        if is_action {
            bench.experiment.handle_done(bench.now);
        }
        if is_action == is_reported {
            sent += 500;
        }
        bench.send(1, sent);
        bench.wait();
    }
    let outcome = bench.experiment.outcome();
    let Measured::Count(result) = outcome.cells[0].collectors.clone() else { panic!("{outcome:?}") };
    result
}

#[test]
fn more_after_actions_is_consistent_with_a_report_and_no_more() {
    let result = counted(true);
    assert_eq!(result.verdict, Verdict::ConsistentWith, "{result:?}");
    assert_eq!((result.actions, result.shams, result.uploads_after_sham), (15, 15, 0));
    assert!(result.to_string().contains("no proof of what is sent"));
    assert_eq!(counted(false).verdict, Verdict::NotSeen);
}

#[test]
fn sentences_say_what_was_found() {
    let mut bench = Bench::started(plan());
    bench.through_baseline();
    bench.through_trial();
    assert_eq!(
        bench.experiment.outcome().to_string(),
        "Undecided after 1 trials (bytes per character not known): there were too few trials; about 19 more trials \
         would probably decide it."
    );
}

#[test]
fn points_are_what_was_shown_and_sent() {
    let mut bench = Bench::started(plan());
    bench.through_baseline();
    assert_eq!(bench.experiment.points(), []);
    bench.send(1, 700);
    bench.through_trial();
    let Dose::Length(length) = bench.experiment.trials()[0].dose else { panic!() };
    let amount = 2.0 * f64::from(length);
    let point = Point { cell: 0, dose: Dose::Length(length), amount, bytes: 700.0 };
    assert_eq!(bench.experiment.points(), [point]);
}
