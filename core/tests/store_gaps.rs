//! What the record does not tell, it tells: times without a monitor, flows that were refused, names that were hidden.

mod common;

use std::sync::atomic::{AtomicI64, Ordering};

use common::*;
use telltale_core::event::{Application, Event, FlowRecord, Gap, GapReason, Hidden, Notice, Timestamp};
use telltale_core::store::{Journal, StoreConfig, Writer};

#[test]
fn the_time_between_two_sessions_is_a_gap() {
    static NOW: AtomicI64 = AtomicI64::new(NOON.0);
    let config =
        || StoreConfig { clock: || Timestamp(NOW.load(Ordering::Relaxed)), ..StoreConfig::default() };
    let directory = tempfile::tempdir().unwrap();
    let path = record_in(&directory);
    let open = || Writer::open(&path, config()).unwrap();

    let first = open();
    assert_eq!(Journal::open(&path).unwrap().gaps(&everything()).unwrap(), []);
    first.close(GapReason::NotRunning);
    let waiting = Journal::open(&path).unwrap().gaps(&everything()).unwrap();
    assert_eq!(waiting, [Gap { start: NOON, end: None, reason: GapReason::NotRunning, lost: 0 }]);

    NOW.store(after(60).0, Ordering::Relaxed);
    let second = open();
    assert_eq!(second.session(), 2);
    second.close(GapReason::Revoked);
    NOW.store(after(90).0, Ordering::Relaxed);
    drop(open());

    let gaps = Journal::open(&path).unwrap().gaps(&everything()).unwrap();
    let told: Vec<_> = gaps.iter().map(|gap| (gap.start, gap.end, gap.reason)).collect();
    assert_eq!(
        told,
        [
            (after(90), None, GapReason::NotRunning),
            (after(60), Some(after(90)), GapReason::Revoked),
            (NOON, Some(after(60)), GapReason::NotRunning),
        ]
    );
}

#[test]
fn refused_flows_and_hidden_names_are_gaps() {
    let directory = tempfile::tempdir().unwrap();
    let writer = Writer::open(record_in(&directory), config()).unwrap();
    writer.record(Event::Notice(Notice::FlowsExhausted { refused: 3 }));
    writer.record(Event::Notice(Notice::DescriptorsExhausted { refused: 4 }));
    let hidden = Gap { start: NOON, end: Some(after(10)), reason: GapReason::NamesHidden, lost: 0 };
    writer.record_gap(hidden.clone());
    writer.flush();
    let gaps = Journal::open(record_in(&directory)).unwrap().gaps(&everything()).unwrap();
    let refused = Gap { start: NOON, end: Some(NOON), reason: GapReason::FlowsRefused, lost: 7 };
    assert_eq!(gaps, [hidden, refused]);
}

#[test]
fn hidden_look_ups_are_one_gap_while_they_go_on() {
    let directory = tempfile::tempdir().unwrap();
    let writer = Writer::open(record_in(&directory), config()).unwrap();
    let hidden = |sequence, from, to| {
        let mut flow = named(flow(writer.session(), sequence), "dns.example");
        (flow.start, flow.end) = (after(from), after(to));
        flow.hidden = Some(Hidden::LookUps);
        flow.application = Some(Application::DnsOverTls);
        flow
    };
    let long = hidden(1, 0, 10);
    writer.record(updated(&long));
    writer.record(closed(&flow(writer.session(), 2)));
    writer.flush();
    // It goes on, is told of again, and another one follows before long; much later there is one more.
    writer.record(closed(&FlowRecord { end: after(30), ..long }));
    writer.flush();
    writer.record(closed(&hidden(3, 300, 310)));
    writer.flush();
    writer.record(closed(&hidden(4, 7_200, 7_201)));
    writer.flush();
    let gaps = Journal::open(record_in(&directory)).unwrap().gaps(&everything()).unwrap();
    let told: Vec<_> = gaps.iter().map(|gap| (gap.start, gap.end, gap.reason, gap.lost)).collect();
    assert_eq!(
        told,
        [
            (after(7_200), Some(after(7_201)), GapReason::NamesHidden, 0),
            (NOON, Some(after(310)), GapReason::NamesHidden, 0),
        ]
    );
}

#[test]
fn a_hidden_look_up_that_is_told_late_widens_the_gap() {
    let directory = tempfile::tempdir().unwrap();
    let writer = Writer::open(record_in(&directory), config()).unwrap();
    for (sequence, from, to) in [(1, 50, 60), (2, 0, 100), (3, -30, -20)] {
        let mut flow = flow(writer.session(), sequence);
        (flow.start, flow.end, flow.hidden) = (after(from), after(to), Some(Hidden::LookUps));
        writer.record(closed(&flow));
        writer.flush();
    }
    let gaps = Journal::open(record_in(&directory)).unwrap().gaps(&everything()).unwrap();
    assert_eq!(
        gaps,
        [Gap { start: after(-30), end: Some(after(100)), reason: GapReason::NamesHidden, lost: 0 }]
    );
}
