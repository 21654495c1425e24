//! However flows change while they are told, the sums are those of their last states.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::collections::BTreeMap;

use common::*;
use proptest::prelude::*;
use telltale_core::event::{Coverage, FlowRecord, GapReason, Hidden, Provenance, Timestamp};
use telltale_core::store::{Amount, By, CoverageRow, Filter, HostRow, Journal, StoreConfig, Writer};

/// One telling of a flow: which, what it is taken for, how many bytes so far, and whether it is written at once.
type Telling = (u32, u8, u8, u64, bool);

fn tellings() -> impl Strategy<Value = Vec<Telling>> {
    prop::collection::vec((0..6_u32, 0..11_u8, 0..3_u8, 0..10_000_u64, any::<bool>()), 1..40)
}

fn told(session: u32, (sequence, host, owner, bytes, _): Telling) -> FlowRecord {
    // Flows start in different hours.
    let mut flow = flow(session, sequence);
    flow.start = after(i64::from(sequence) * 1_800);
    flow.end = after(i64::from(sequence) * 1_800 + 60);
    flow.counters.bytes_up = bytes;
    flow.owner = [None, Some(process("/usr/bin/curl")), Some(packages(10_001, &["a", "b"]))]
        [usize::from(owner)]
    .clone();
    match host {
        0 => flow,
        1 => named(flow, "a.example"),
        2 => named(flow, "b.example"),
        3 => flagged(flow),
        kind => covered(named(flow, "a.example"), kind),
    }
}

/// The same host, come by in another way.
fn covered(mut flow: FlowRecord, kind: u8) -> FlowRecord {
    match (kind, flow.name.as_mut()) {
        (4, Some(name)) => name.provenance = Provenance::Dns,
        (5, Some(name)) => name.provenance = Provenance::Certificate,
        (6, Some(name)) => name.ech = true,
        (7, Some(name)) => name.host = "2001:db8::1".into(),
        (8, _) => flow.questions = vec!["b.example".into()],
        (9, _) => flow.hidden = Some(Hidden::LookUps),
        _ => (flow.name, flow.hidden) = (None, Some(Hidden::Name)),
    }
    flow
}

/// Host to flows, bytes sent, owners.
type Sums = BTreeMap<String, (u64, u64, u64)>;

fn sums_of(flows: &BTreeMap<u32, FlowRecord>) -> Sums {
    let mut owners = BTreeMap::<String, Vec<_>>::new();
    let mut sums = Sums::new();
    for flow in flows.values() {
        let address = flow.responder.address.to_string();
        let host = flow.name.as_ref().map_or(address, |name| name.host.to_string());
        let owners = owners.entry(host.clone()).or_default();
        if !owners.contains(&flow.owner) {
            owners.push(flow.owner.clone());
        }
        let sum = sums.entry(host).or_default();
        *sum = (sum.0 + 1, sum.1 + flow.counters.bytes_up, u64::try_from(owners.len()).unwrap());
    }
    sums
}

/// How each class of flows counts, the encrypted names last; look-ups are in no share.
type Classes = [Amount; 8];

fn classes_of(flows: &BTreeMap<u32, FlowRecord>) -> Classes {
    let mut classes = Classes::default();
    let mut add = |class: usize, flow: &FlowRecord| {
        classes[class].flows += 1;
        classes[class].bytes_up += flow.counters.bytes_up;
        classes[class].bytes_down += flow.counters.bytes_down;
    };
    for flow in flows.values() {
        let coverage = flow.coverage();
        add(Coverage::ALL.iter().position(|class| *class == coverage).unwrap(), flow);
        if flow.has_encrypted_name() && !coverage.is_look_up() {
            add(7, flow);
        }
    }
    classes
}

fn classes_in(row: &CoverageRow) -> Classes {
    let [flow, dns, certificate, encrypted, none, ech] =
        [row.flow, row.dns, row.certificate, row.encrypted, row.none, row.ech].map(|part| part.amount);
    [flow, dns, certificate, encrypted, none, row.look_ups, row.hidden_look_ups, ech]
}

fn sums_in(rows: &[HostRow]) -> Sums {
    rows.iter().map(|row| (row.host.to_string(), (row.flows, row.bytes_up, row.apps))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sums_are_those_of_the_last_states(tellings in tellings()) {
        let directory = tempfile::tempdir().unwrap();
        let config = StoreConfig { clock: || NOON, ..StoreConfig::default() };
        let writer = Writer::open(record_in(&directory), config).unwrap();
        let mut last = BTreeMap::new();
        for telling in tellings {
            let flow = told(writer.session(), telling);
            writer.record(updated(&flow));
            last.insert(telling.0, flow);
            if telling.4 {
                writer.flush();
            }
        }
        writer.close(GapReason::NotRunning);

        let journal = Journal::open(record_in(&directory)).unwrap();
        let expected = sums_of(&last);
        let since_ever = Filter { since: Some(Timestamp(0)), ..Filter::default() };
        prop_assert_eq!(&sums_in(&journal.hosts(&Filter::default()).unwrap()), &expected);
        prop_assert_eq!(&sums_in(&journal.hosts(&since_ever).unwrap()), &expected);
        let classes = classes_of(&last);
        prop_assert_eq!(classes_in(&journal.total_coverage(&Filter::default()).unwrap()), classes);
        prop_assert_eq!(classes_in(&journal.total_coverage(&since_ever).unwrap()), classes);
        for by in [By::App, By::Host, By::Hour, By::Day, By::Party] {
            let rows = journal.coverage(&Filter::default(), by).unwrap();
            let flows: u64 = rows.iter().flat_map(classes_in).map(|amount| amount.flows).sum();
            prop_assert_eq!(flows, classes.iter().map(|amount| amount.flows).sum::<u64>());
        }
        let findings = last.values().filter(|flow| flow.finding.is_some()).count();
        let counted: u64 = journal.apps(&since_ever).unwrap().iter().map(|app| app.findings).sum();
        prop_assert_eq!(counted, u64::try_from(findings).unwrap());
    }
}
