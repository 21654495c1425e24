//! What is counted while a session runs: the data plane counts, a screen reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::HashMap;

use crate::event::{Counters, Coverage, Event, FlowId, FlowRecord};

/// Flows and their bytes in both directions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    pub flows: u64,
    pub bytes: u64,
}

/// All counts at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// All flows but look-ups.
    pub talk: Amount,
    /// Of these, the ones with a host name, however it was come by.
    pub named: Amount,
    pub look_ups: Amount,
    /// Of these, the ones that could not be read.
    pub hidden: Amount,
    /// Flows that are findings.
    pub findings: u64,
}

/// Counts of flows.
#[derive(Debug, Default)]
pub struct Counts {
    talk: Tally,
    named: Tally,
    look_ups: Tally,
    hidden: Tally,
    findings: AtomicU64,
}

#[derive(Debug, Default)]
struct Tally {
    flows: AtomicU64,
    bytes: AtomicU64,
}

/// What a flow counts as.
#[derive(Debug, Clone, Copy)]
struct Share {
    coverage: Coverage,
    bytes: u64,
    is_finding: bool,
}

impl Counts {
    /// Counts a flow.
    pub fn add(&self, flow: &FlowRecord) {
        self.apply(Share::of(flow), |count, amount| {
            count.fetch_add(amount, Ordering::Relaxed);
        });
    }

    /// All of them now.
    pub fn totals(&self) -> Totals {
        Totals {
            talk: self.talk.amount(),
            named: self.named.amount(),
            look_ups: self.look_ups.amount(),
            hidden: self.hidden.amount(),
            findings: self.findings.load(Ordering::Relaxed),
        }
    }

    fn remove(&self, share: Share) {
        self.apply(share, |count, amount| {
            count.fetch_sub(amount, Ordering::Relaxed);
        });
    }

    fn apply(&self, share: Share, change: impl Fn(&AtomicU64, u64)) {
        let (kind, part) = if share.coverage.is_look_up() {
            (&self.look_ups, (share.coverage == Coverage::HiddenLookUp).then_some(&self.hidden))
        } else {
            (&self.talk, share.coverage.is_named().then_some(&self.named))
        };
        for tally in [Some(kind), part].into_iter().flatten() {
            change(&tally.flows, 1);
            change(&tally.bytes, share.bytes);
        }
        change(&self.findings, u64::from(share.is_finding));
    }
}

impl Tally {
    fn amount(&self) -> Amount {
        Amount { flows: self.flows.load(Ordering::Relaxed), bytes: self.bytes.load(Ordering::Relaxed) }
    }
}

impl Share {
    fn of(flow: &FlowRecord) -> Self {
        let Counters { bytes_up, bytes_down, .. } = flow.counters;
        Self {
            coverage: flow.coverage(),
            bytes: bytes_up.saturating_add(bytes_down),
            is_finding: flow.finding.is_some(),
        }
    }
}

/// Counts flows from when they are first told of, as what they are known for so far.
#[derive(Debug, Default)]
pub struct LiveCounts {
    counts: Arc<Counts>,
    /// What flows that still run were counted as.
    running: HashMap<FlowId, Share>,
    running_now: Arc<AtomicU64>,
}

impl LiveCounts {
    /// For whoever reads: the counts, and how many flows run now.
    pub fn shared(&self) -> (Arc<Counts>, Arc<AtomicU64>) {
        (Arc::clone(&self.counts), Arc::clone(&self.running_now))
    }

    /// Takes note of an event; never waits.
    pub fn observe(&mut self, event: &Event) {
        match event {
            Event::Finding(flow) | Event::FlowUpdated(flow) => {
                let before = self.running.insert(flow.id, Share::of(flow));
                self.count(flow, before);
            }
            Event::FlowClosed(flow) => {
                let before = self.running.remove(&flow.id);
                self.count(flow, before);
            }
            Event::Notice(_) | Event::OwnerWanted { .. } | Event::Request { .. } => {}
        }
    }

    fn count(&self, flow: &FlowRecord, before: Option<Share>) {
        self.counts.add(flow);
        if let Some(share) = before {
            self.counts.remove(share);
        }
        let running = u64::try_from(self.running.len()).unwrap_or(u64::MAX);
        self.running_now.store(running, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Close, Name, Provenance, Timestamp};
    use crate::packet::Protocol;

    fn flow(id: u64, bytes_up: u64) -> FlowRecord {
        let endpoint = std::net::SocketAddr::from(([192, 0, 2, 1], 443)).into();
        FlowRecord {
            id: FlowId(id),
            start: Timestamp(0),
            end: Timestamp(1),
            protocol: Protocol::Tcp,
            originator: endpoint,
            responder: endpoint,
            owner: None,
            name: None,
            application: None,
            tls: None,
            hidden: None,
            party: None,
            country: None,
            asn: None,
            finding: None,
            expected: None,
            questions: Vec::new(),
            counters: Counters { bytes_up, ..Counters::default() },
            close: Close::Open,
        }
    }

    fn named(flow: FlowRecord) -> FlowRecord {
        let host = "a.example".into();
        let name = Name { host, provenance: Provenance::TlsSni, ech: false, candidates: Vec::new() };
        FlowRecord { name: Some(name), ..flow }
    }

    #[test]
    fn a_flow_counts_once_as_what_it_turned_out_to_be() {
        let mut live = LiveCounts::default();
        let (counts, running) = live.shared();
        let mut look_up = flow(2, 7);
        look_up.questions = vec!["a.example".into()];
        for event in [
            Event::FlowUpdated(Box::new(flow(1, 10))),
            Event::FlowUpdated(Box::new(named(flow(1, 30)))),
            Event::FlowUpdated(Box::new(flow(2, 5))),
            Event::FlowClosed(Box::new(look_up)),
            Event::FlowClosed(Box::new(flow(3, 1))),
        ] {
            live.observe(&event);
        }
        let totals = counts.totals();
        assert_eq!(totals.talk, Amount { flows: 2, bytes: 31 });
        assert_eq!(totals.named, Amount { flows: 1, bytes: 30 });
        assert_eq!(totals.look_ups, Amount { flows: 1, bytes: 7 });
        assert_eq!((totals.hidden, totals.findings), (Amount::default(), 0));
        assert_eq!(running.load(Ordering::Relaxed), 1);
    }
}
