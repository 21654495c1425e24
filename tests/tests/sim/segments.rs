//! TCP segment by segment: what only a certain order brings about.

use telltale_core::event::Close;
use telltale_core::flow::FlowKey;
use telltale_core::limits::{TCP_HALF_CLOSED_IDLE, TCP_HANDSHAKE, TCP_IDLE};
use telltale_core::monitor::{Action, Download, RemoteError};
use telltale_tests::pattern;
use telltale_tests::sim::{Bench, Time, at, ms, secs, wire};

use crate::{app, host};

const ISN: u32 = 1_000_000;

/// Sends a SYN and lets the remote accept; answers with the flow and the machine's first sequence number.
fn connect(bench: &mut Bench, isn: u32) -> (FlowKey, u32) {
    bench.packet(&wire::syn(app(), host(), isn));
    let flow = connecting(bench);
    (flow, accept(bench, flow))
}

fn connecting(bench: &mut Bench) -> FlowKey {
    let actions = bench.take_actions();
    let found = actions.iter().find_map(|action| match action {
        Action::Connect { flow, to, .. } if *to == host() => Some(*flow),
        _ => None,
    });
    found.expect("a connection is asked for")
}

fn accept(bench: &mut Bench, flow: FlowKey) -> u32 {
    assert!(bench.packets.is_empty(), "answered before the remote has");
    bench.monitor.handle_connected(flow, at(bench.now));
    bench.settle();
    let answer = wire::read_tcp(&bench.take_packet());
    assert!(answer.syn && answer.ack && answer.source_port == host().port());
    answer.sequence_number
}

/// A segment of the app's that acknowledges everything up to `ack`.
fn segment(sequence: u32, ack: u32, payload: &[u8]) -> Vec<u8> {
    let flags = |header: &mut etherparse::TcpHeader| {
        header.ack = true;
        header.acknowledgment_number = ack;
    };
    wire::tcp((app(), host()), sequence, flags, payload)
}

/// Takes everything that waits for the remote.
fn uploaded(bench: &mut Bench, flow: FlowKey) -> Vec<u8> {
    let mut bytes = Vec::new();
    bench.monitor.upload(flow, at(bench.now), |piece| {
        bytes.extend_from_slice(piece);
        Ok(piece.len())
    });
    bytes
}

#[test]
fn a_refusal_is_a_reset_and_a_time_out_is_silence() {
    for (error, close) in [(RemoteError::Refused, Close::Refused), (RemoteError::TimedOut, Close::Timeout)] {
        let mut bench = Bench::default();
        bench.packet(&wire::syn(app(), host(), ISN));
        let flow = connecting(&mut bench);
        bench.monitor.handle_connect_failed(flow, error, at(bench.now));
        bench.settle();
        if error == RemoteError::Refused {
            let reset = wire::read_tcp(&bench.take_packet());
            assert!(reset.rst && reset.acknowledgment_number == ISN + 1);
        }
        assert!(bench.packets.is_empty());
        assert_eq!(bench.take_records()[0].close, close);
        assert_eq!(bench.take_actions(), [Action::Disconnect { flow, reset: false }]);
    }
}

#[test]
fn a_remote_that_never_answers_keeps_the_app_waiting() {
    let mut bench = Bench::default();
    for repeat in 0..6 {
        bench.packet(&wire::syn(app(), host(), ISN));
        bench.pass(secs(1 << repeat));
    }
    assert!(bench.packets.is_empty());
    let attempts = bench.take_actions().into_iter().filter(|action| matches!(action, Action::Connect { .. }));
    assert_eq!(attempts.count(), 1, "one attempt, however often the app repeats its SYN");
    bench.pass(TCP_IDLE + secs(1));
    assert!(wire::read_tcp(&bench.take_packet()).rst);
    assert_eq!(bench.take_records()[0].close, Close::Idle);
}

#[test]
fn an_app_that_does_not_complete_the_handshake_is_given_up() {
    let mut bench = Bench::default();
    connect(&mut bench, ISN);
    bench.pass(TCP_HANDSHAKE - secs(1));
    assert_eq!(bench.monitor.flow_count(), 1);
    bench.pass(secs(2));
    assert_eq!((bench.monitor.flow_count(), bench.take_records()[0].close), (0, Close::Idle));
}

#[test]
fn an_app_that_vanished_does_not_stay_for_ever() {
    let mut bench = Bench::default();
    let (flow, first) = connect(&mut bench, ISN);
    bench.packet(&segment(ISN + 1, first + 1, b""));
    let given = bench.monitor.download(flow, at(bench.now), |space| {
        space[..4000].copy_from_slice(pattern::bytes(0, 4000));
        Err(std::io::ErrorKind::WouldBlock.into())
    });
    assert!(matches!(given, Download::Blocked));
    let mut left = Some(4000);
    bench.monitor.download(flow, at(bench.now), |_| left.take().ok_or(std::io::ErrorKind::WouldBlock.into()));
    bench.monitor.wants_transmit(flow);
    bench.settle();
    bench.pass(TCP_IDLE + secs(1));
    assert_eq!(bench.monitor.flow_count(), 0, "kept alive by its own retransmissions");
}

#[test]
fn a_syn_taken_anew_does_not_cost_the_app_bytes() {
    let mut bench = Bench::default();
    bench.packet(&wire::syn(app(), host(), ISN));
    let flow = connecting(&mut bench);
    // The app gave up and took the same port again.
    let isn = ISN - 100_000;
    bench.packet(&wire::syn(app(), host(), isn));
    assert!(bench.take_actions().iter().all(|action| *action == Action::Serve(flow)));
    let first = accept(&mut bench, flow);
    bench.packet(&segment(isn + 1, first + 1, b""));
    // The first of twenty segments is lost, and comes only when memory was given back in a pause.
    let piece = |index: u32| pattern::bytes(usize::try_from(index * 1000).expect("small"), 1000);
    for index in 1..20 {
        bench.packet(&segment(isn + 1 + index * 1000, first + 1, piece(index)));
    }
    bench.pass(secs(5));
    bench.packet(&segment(isn + 1, first + 1, piece(0)));
    assert!(uploaded(&mut bench, flow) == pattern::bytes(0, 20_000), "bytes are not what was sent");
}

#[test]
fn segments_in_fragments_are_segments() {
    for reverse in [false, true] {
        let mut bench = Bench::default();
        let (flow, first) = connect(&mut bench, ISN);
        bench.packet(&segment(ISN + 1, first + 1, b""));
        let payload = pattern::bytes(0, 3000);
        let mut fragments = wire::fragments(&segment(ISN + 1, first + 1, payload), 5, 1480);
        if reverse {
            fragments.reverse();
        }
        for fragment in &fragments {
            bench.packet(fragment);
        }
        assert!(uploaded(&mut bench, flow) == payload, "bytes are not what was sent");
        bench.pass(secs(1));
        let resets = bench.take_packets().iter().filter(|packet| wire::read_tcp(packet).rst).count();
        assert_eq!(resets, 0);
    }
}

#[test]
fn a_paused_connection_does_not_wake_the_machine() {
    let mut bench = Bench::default();
    let (flow, first) = connect(&mut bench, ISN);
    bench.packet(&segment(ISN + 1, first + 1, pattern::bytes(0, 9000)));
    let fin = |header: &mut etherparse::TcpHeader| {
        (header.ack, header.acknowledgment_number, header.fin) = (true, first + 1, true);
    };
    bench.packet(&wire::tcp((app(), host()), ISN + 1 + 9000, fin, &[]));
    assert_eq!(uploaded(&mut bench, flow).len(), 9000);
    bench.monitor.wants_transmit(flow);
    bench.settle();
    bench.pass(secs(5));
    let next = bench.monitor.poll_timeout().expect("it idles out some time");
    assert!(next >= at(bench.now + secs(60)), "woken again {:?} later", next - at(bench.now));
    bench.pass(TCP_HALF_CLOSED_IDLE);
    assert_eq!(bench.monitor.flow_count(), 0);
}

#[test]
fn a_reset_of_the_remote_comes_after_its_bytes() {
    let mut bench = Bench::default();
    let (flow, first) = connect(&mut bench, ISN);
    bench.packet(&segment(ISN + 1, first + 1, b""));
    let mut left = Some(900);
    bench
        .monitor
        .download(flow, at(bench.now), |_| left.take().ok_or(std::io::ErrorKind::ConnectionReset.into()));
    bench.monitor.handle_remote_reset(flow, at(bench.now));
    bench.settle();
    let data = bench.take_packets();
    assert!(data.iter().all(|packet| !wire::read_tcp(packet).rst), "the reset overtook the bytes");
    bench.packet(&segment(ISN + 1, first + 901, b""));
    assert!(wire::read_tcp(&bench.take_packet()).rst);
    assert_eq!(bench.take_records()[0].close, Close::Reset);
}

#[test]
fn an_unknown_segment_is_answered_by_a_reset() {
    let mut bench = Bench::default();
    bench.packet(&segment(ISN, 77, b"who are you"));
    let reset = wire::read_tcp(&bench.take_packet());
    assert!(reset.rst && !reset.ack && reset.sequence_number == 77);
    assert_eq!((bench.monitor.statistics().unknown_segment, bench.monitor.flow_count()), (1, 0));
    let rst = |header: &mut etherparse::TcpHeader| header.rst = true;
    bench.packet(&wire::tcp((app(), host()), ISN, rst, &[]));
    assert!(bench.packets.is_empty(), "a reset is never answered");
    bench.pass(Time::ZERO + ms(1));
}
