//! One experiment over a simulated program, on a virtual clock.

use std::time::{Duration, Instant};

use telltale_core::event::{Close, Counters, Endpoint, Finding, FlowId, FlowRecord, Owner, Tier, Timestamp};
use telltale_core::experiment::{Experiment, Outcome, Plan, Prompt};
use telltale_core::packet::Protocol;

use crate::encode::Sizes;
use crate::tracker::{Program, Sent, Tracker};

/// States of flows are told this often.
const TICK: u64 = 500;

/// To copy a text, to search for it and to say so.
const A_PERSONS_TIME: u64 = 9_000;

/// Runs `plan` from beginning to end. The program under test is `browser`.
pub(crate) fn run(plan: Plan, program: Program, sizes: &mut Sizes, seed: u64) -> Outcome {
    experiment(plan, program, sizes, seed).outcome()
}

/// The same, with all that was measured.
pub(crate) fn experiment(plan: Plan, program: Program, sizes: &mut Sizes, seed: u64) -> Experiment {
    let mut bench = Bench {
        experiment: Experiment::new(plan, seed),
        tracker: Tracker::new(program, sizes, seed ^ 0x5eed),
        flow: flow(),
        epoch: epoch(),
        now: 0,
    };
    bench.experiment.handle_start(bench.epoch);
    while bench.step() {}
    bench.experiment
}

struct Bench<'a> {
    experiment: Experiment,
    tracker: Tracker<'a>,
    flow: FlowRecord,
    epoch: Instant,
    now: u64,
}

impl Bench<'_> {
    /// To the next thing that happens; false at the end.
    fn step(&mut self) -> bool {
        match self.experiment.poll_prompt() {
            Some(Prompt::Over) => return false,
            Some(Prompt::Open { address }) => {
                self.tracker.visit(self.now, characters(&address));
                self.pass(self.now + 200);
                self.experiment.handle_done(self.instant());
            }
            Some(Prompt::Background) => {
                self.tracker.background(self.now);
                self.experiment.handle_done(self.instant());
            }
            Some(Prompt::Ask { text, .. }) => {
                self.pass(self.now + A_PERSONS_TIME);
                self.tracker.visit(self.now, characters(&text));
                self.experiment.handle_done(self.instant());
            }
            Some(Prompt::SetUp { .. }) => {
                self.tracker.set_up();
                self.experiment.handle_done(self.instant());
            }
            Some(Prompt::Wait { .. }) => {}
            None => return self.wait(),
        }
        true
    }

    fn wait(&mut self) -> bool {
        let Some(due) = self.experiment.poll_timeout() else { return false };
        let due = due.saturating_duration_since(self.epoch).as_millis();
        self.pass(u64::try_from(due).unwrap_or(u64::MAX));
        self.experiment.handle_timeout(self.instant());
        true
    }

    /// Time goes by, and what the program sends is seen.
    fn pass(&mut self, until: u64) {
        self.tracker.run(until);
        for sent in self.tracker.take_sent() {
            self.show(&sent);
        }
        self.now = until;
    }

    fn show(&mut self, sent: &Sent) {
        if sent.on_new_connection {
            self.flow.id = FlowId(self.flow.id.0 + 1);
            self.flow.counters = Counters::default();
        }
        self.flow.counters.bytes_up += sent.bytes;
        let seen = self.epoch + Duration::from_millis(sent.at.next_multiple_of(TICK));
        self.experiment.handle_flow(&self.flow, seen);
    }

    fn instant(&self) -> Instant {
        self.epoch + Duration::from_millis(self.now)
    }
}

/// What follows the last blank or slash is a number of ten characters and the marker.
fn characters(text: &str) -> u32 {
    let marker = text.rsplit([' ', '/']).next().unwrap_or_default();
    u32::try_from(marker.len().saturating_sub(10)).unwrap_or(u32::MAX)
}

fn flow() -> FlowRecord {
    let endpoint = |port| Endpoint { address: [192, 0, 2, 1].into(), port };
    let finding = Finding {
        rule: "tracking.intl.miui.com".into(),
        category: "analytics".into(),
        tier: Tier::A,
        why: "simulated".into(),
        citation: "none".into(),
    };
    FlowRecord {
        id: FlowId(0),
        start: Timestamp(0),
        end: Timestamp(0),
        protocol: Protocol::Tcp,
        originator: endpoint(40_000),
        responder: endpoint(443),
        owner: Some(Owner { packages: vec!["browser".into()], ..Owner::default() }),
        name: None,
        application: None,
        tls: None,
        hidden: None,
        party: None,
        country: None,
        asn: None,
        finding: Some(finding),
        expected: None,
        questions: Vec::new(),
        counters: Counters::default(),
        close: Close::Open,
    }
}

#[expect(clippy::disallowed_methods, reason = "only differences of it are used")]
fn epoch() -> Instant {
    Instant::now()
}
