//! More flows than there is room for.

use std::net::SocketAddr;

use telltale_core::event::{Close, Event, Notice};
use telltale_core::limits::{EVICTABLE_AFTER, MAX_FLOWS, TICK, TRIM_AFTER};
use telltale_core::monitor::Action;
use telltale_tests::sim::{Bench, ms, secs, wire};

use crate::{app, host};

fn originator(index: usize) -> SocketAddr {
    let port = u16::try_from(1 + index % 60_000).expect("a port");
    SocketAddr::new(app().ip(), port)
}

/// Fills the table with datagram flows, a few every millisecond.
fn full() -> Bench {
    let mut bench = Bench::default();
    for index in 0..MAX_FLOWS {
        if index.is_multiple_of(64) {
            bench.pass(ms(1));
        }
        bench.packet(&wire::udp(originator(index), host(), b"first"));
    }
    bench.sent.clear();
    bench
}

#[test]
fn the_flow_that_was_silent_for_longest_makes_room() {
    let mut bench = full();
    // All but number 5 speak again.
    bench.pass(ms(1));
    for index in (0..MAX_FLOWS).filter(|index| *index != 5) {
        bench.packet(&wire::udp(originator(index), host(), b"again"));
    }
    bench.pass(EVICTABLE_AFTER);
    bench.take_events();
    bench.packet(&wire::udp(originator(MAX_FLOWS), host(), b"one more"));
    assert_eq!(bench.monitor.flow_count(), MAX_FLOWS);
    let records = bench.take_records();
    let [record] = &records[..] else { panic!("one flow made room: {}", records.len()) };
    assert_eq!((record.originator, record.close), (originator(5).into(), Close::Idle));
}

#[test]
fn room_is_found_even_where_every_flow_was_active_since() {
    let mut bench = full();
    for _ in 0..3 {
        bench.pass(ms(1));
        for index in 0..MAX_FLOWS {
            bench.packet(&wire::udp(originator(index), host(), b"again"));
        }
    }
    bench.pass(EVICTABLE_AFTER);
    for index in 0..500 {
        bench.packet(&wire::udp(originator(MAX_FLOWS + index), host(), b"one more"));
    }
    assert_eq!(bench.monitor.statistics().refused, 0, "refused although all others are idle");
    assert_eq!(bench.monitor.flow_count(), MAX_FLOWS);
}

#[test]
fn without_an_idle_flow_new_ones_are_refused_and_it_is_told() {
    let mut bench = full();
    bench.packet(&wire::udp(originator(MAX_FLOWS), host(), b"one more"));
    assert_eq!(wire::read_icmp(&bench.take_packet()).kind, 3);
    bench.packet(&wire::syn(app(), host(), 1));
    assert!(wire::read_tcp(&bench.take_packet()).rst);
    assert!(bench.sent.is_empty());
    bench.take_events();
    bench.pass(TICK);
    let notices: Vec<Event> =
        bench.take_events().into_iter().filter(|event| matches!(event, Event::Notice(_))).collect();
    assert_eq!(notices, [Event::Notice(Notice::FlowsExhausted { refused: 2 })]);
    let dissociated =
        bench.take_actions().into_iter().filter(|action| matches!(action, Action::Dissociate(_)));
    assert_eq!(dissociated.count(), 1, "the socket of the refused datagram");
}

#[test]
fn timers_of_flows_that_are_gone_do_not_wake_the_machine() {
    let mut bench = Bench::default();
    for index in 0..200 {
        bench.packet(&wire::syn(originator(index), host(), 1));
        let rst = |header: &mut etherparse::TcpHeader| header.rst = true;
        bench.packet(&wire::tcp((originator(index), host()), 2, rst, &[]));
        bench.pass(secs(1));
    }
    assert_eq!(bench.monitor.flow_count(), 0);
    let mut turns = 0;
    while bench.monitor.poll_timeout().is_some() {
        bench.pass(TRIM_AFTER);
        turns += 1;
        assert!(turns < 10, "still woken after {turns} s");
    }
}
