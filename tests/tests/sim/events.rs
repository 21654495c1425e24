//! Who is told what, and when: owners, findings, updates, the wall clock.

use telltale_core::event::{Event, FlowId, FlowRecord, Timestamp};
use telltale_core::limits::{OWNER_PATIENCE, TICK, UDP_IDLE};
use telltale_core::packet::FiveTuple;
use telltale_tests::sim::{Bench, WALL, at, ms, secs, wire};

use crate::{app, host};

/// A look-up whose answer names `host()`, and then a flow there: a finding by name.
fn meet_tracker(bench: &mut Bench) -> (FlowId, FiveTuple) {
    let resolver = "198.51.100.53:53".parse().expect("an address");
    let question = [&HEAD[..], &[0, 0, 0, 0, 0, 0], NAME].concat();
    let answer = [&HEAD[..2], &[0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0], NAME, ANSWER].concat();
    bench.packet(&wire::udp(app(), resolver, &question));
    let (outgoing, _) = bench.take_sent();
    bench.reply(&outgoing, resolver, &answer);
    bench.take_packet();
    for wanted in wanted(bench) {
        bench.owner(&wanted, 1);
    }
    bench.take_events();
    let port = std::net::SocketAddr::new(host().ip(), 3478);
    bench.packet(&wire::udp(app(), port, b"nothing that names its host"));
    wanted(bench).pop().expect("an owner is asked for")
}

const HEAD: [u8; 6] = [0x12, 0x34, 1, 0, 0, 1];
const NAME: &[u8] = b"\x02sj\x08datasink\x0bsensorsdata\x02cn\x00\x00\x01\x00\x01";
const ANSWER: &[u8] = &[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 198, 51, 100, 7];

/// Takes the questions who owns a flow, and leaves other events.
fn wanted(bench: &mut Bench) -> Vec<(FlowId, FiveTuple)> {
    let mut wanted = Vec::new();
    for event in bench.take_events() {
        match event {
            Event::OwnerWanted { flow, tuple } => wanted.push((flow, tuple)),
            other => bench.events.push(other),
        }
    }
    wanted
}

/// Takes the findings, in the order they were told; other events are forgotten.
fn findings(bench: &mut Bench) -> Vec<FlowRecord> {
    let told = bench.take_events().into_iter().filter_map(|event| match event {
        Event::Finding(record) => Some(*record),
        Event::FlowUpdated(_)
        | Event::FlowClosed(_)
        | Event::Request { .. }
        | Event::Notice(_)
        | Event::OwnerWanted { .. } => None,
    });
    told.collect()
}

fn uid(record: &FlowRecord) -> Option<u32> {
    record.owner.as_ref().and_then(|owner| owner.uid)
}

#[test]
fn a_finding_is_told_once_and_with_its_owner() {
    let mut bench = Bench::new(true);
    let flow = meet_tracker(&mut bench);
    bench.pass(OWNER_PATIENCE / 2);
    assert!(findings(&mut bench).is_empty(), "the owner may still be named");
    bench.owner(&flow, 10_001);
    let told = findings(&mut bench);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].id, uid(&told[0])), (flow.0, Some(10_001)));
    assert_eq!(told[0].finding.as_ref().map(|finding| &*finding.rule), Some("sj.datasink.sensorsdata.cn"));
    bench.pass(2 * UDP_IDLE);
    assert!(findings(&mut bench).is_empty(), "told twice");
}

#[test]
fn a_finding_does_not_wait_for_an_owner_for_ever() {
    let mut bench = Bench::new(true);
    let flow = meet_tracker(&mut bench);
    bench.pass(OWNER_PATIENCE + TICK);
    let told = findings(&mut bench);
    assert_eq!((told.len(), uid(&told[0])), (1, None));
    // Late is better than never, but no second finding.
    bench.owner(&flow, 10_001);
    bench.pass(TICK);
    let events = bench.take_events();
    let [Event::FlowUpdated(record)] = &events[..] else { panic!("one update: {events:?}") };
    assert_eq!(uid(record), Some(10_001));
}

#[test]
fn a_wall_clock_that_is_set_back_does_not_hold_a_finding_up() {
    let mut bench = Bench::new(true);
    meet_tracker(&mut bench);
    bench.monitor.set_clock(Timestamp(WALL.0 - 3_600_000), at(bench.now));
    bench.pass(OWNER_PATIENCE + TICK);
    let told = findings(&mut bench);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].end, told[0].start, "no flow ends before it began, whatever the clock says");
}

#[test]
fn a_wall_clock_that_is_set_forward_takes_no_patience() {
    let mut bench = Bench::new(true);
    let flow = meet_tracker(&mut bench);
    bench.monitor.set_clock(Timestamp(WALL.0 + 3_600_000), at(bench.now));
    bench.pass(TICK + ms(1));
    assert!(findings(&mut bench).is_empty());
    bench.owner(&flow, 10_001);
    assert_eq!(findings(&mut bench).len(), 1);
}

#[test]
fn owners_of_flows_that_ended() {
    let close = |bench: &mut Bench| {
        bench.packet(&wire::syn(app(), host(), 1));
        let wanted = wanted(bench).pop().expect("an owner is asked for");
        let rst = |header: &mut etherparse::TcpHeader| header.rst = true;
        bench.packet(&wire::tcp((app(), host()), 2, rst, &[]));
        assert_eq!(bench.monitor.flow_count(), 0);
        assert!(bench.take_records().is_empty(), "the owner may still be named");
        wanted
    };
    let mut bench = Bench::new(true);
    let in_time = close(&mut bench);
    bench.owner(&in_time, 7);
    let records = bench.take_records();
    assert_eq!((records.len(), records[0].id, uid(&records[0])), (1, in_time.0, Some(7)));

    let late = close(&mut bench);
    bench.pass(OWNER_PATIENCE + TICK);
    let records = bench.take_records();
    assert_eq!((records.len(), records[0].id, uid(&records[0])), (1, late.0, None));
    bench.owner(&late, 7);
    assert!(bench.take_records().is_empty());

    // An answer about a flow that is over is not one about its successor, which has the same ports.
    bench.packet(&wire::syn(app(), host(), 1));
    let successor = wanted(&mut bench).pop().expect("an owner is asked for");
    bench.owner(&late, 7);
    bench.owner(&successor, 8);
    bench.pass(TICK);
    let Some(Event::FlowUpdated(record)) = bench.take_events().pop() else { panic!("an update") };
    assert_eq!(uid(&record), Some(8));

    // At the end of the session nothing is kept back.
    let mut bench = Bench::new(true);
    close(&mut bench);
    bench.monitor.finish(at(bench.now));
    bench.settle();
    assert_eq!(bench.take_records().len(), 1);
}

#[test]
fn updates_come_once_a_tick_and_only_after_a_change() {
    let mut bench = Bench::default();
    for _ in 0..100 {
        bench.packet(&wire::udp(app(), host(), b"datagram"));
        bench.pass(ms(7));
    }
    bench.pass(TICK);
    let updates: Vec<FlowRecord> = bench
        .take_events()
        .into_iter()
        .filter_map(|event| match event {
            Event::FlowUpdated(record) => Some(*record),
            Event::Finding(_)
            | Event::FlowClosed(_)
            | Event::Request { .. }
            | Event::Notice(_)
            | Event::OwnerWanted { .. } => None,
        })
        .collect();
    assert_eq!(updates.iter().map(|record| record.counters.packets_up).max(), Some(100));
    assert_eq!(updates.len(), 2, "700 ms are two ticks");
    bench.pass(secs(30));
    assert!(bench.take_events().is_empty(), "nothing changed");
}
