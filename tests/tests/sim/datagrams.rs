//! UDP and echo: out through one socket per app socket, replies, errors and other resolvers back.

use telltale_core::event::Close;
use telltale_core::limits::{DNS_IDLE, ECHO_IDLE, FRAGMENT_TIMEOUT, UDP_IDLE};
use telltale_core::monitor::Action;
use telltale_core::packet::{IcmpError, Protocol};
use telltale_tests::sim::bench::{RESOLVERS, TUNNEL_DNS, ip, socket};
use telltale_tests::sim::{Bench, ms, secs, wire};

use crate::{app, host};

#[test]
fn a_question_and_its_answer_pass_and_count() {
    let mut bench = Bench::default();
    bench.packet(&wire::udp(app(), host(), b"question"));
    let (outgoing, payload) = bench.take_sent();
    assert_eq!((outgoing.to, outgoing.protocol, &payload[..]), (host(), Protocol::Udp, &b"question"[..]));
    assert!(bench.packets.is_empty(), "nobody has answered yet");
    bench.reply(&outgoing, host(), b"an answer");
    assert_eq!(wire::read_udp(&bench.take_packet()), (host(), app(), b"an answer".to_vec()));

    bench.pass(UDP_IDLE + secs(1));
    assert_eq!(bench.take_actions(), [Action::Dissociate(outgoing.association)]);
    let records = bench.take_records();
    let [record] = &records[..] else { panic!("one flow: {records:?}") };
    let counters = record.counters;
    assert_eq!((counters.bytes_up, counters.bytes_down), (8, 9));
    assert_eq!((counters.packets_up, counters.packets_down, record.close), (1, 1, Close::Idle));
    bench.reply(&outgoing, host(), b"too late");
    assert!(bench.packets.is_empty() && bench.monitor.flow_count() == 0);
}

#[test]
fn every_remote_answers_from_its_own_address() {
    let mut bench = Bench::default();
    bench.packet(&wire::udp(app(), host(), b"stun"));
    let (outgoing, _) = bench.take_sent();
    for other in ["198.51.100.8:9", "203.0.113.1:3478"].map(socket) {
        bench.reply(&outgoing, other, b"hello");
        assert_eq!(wire::read_udp(&bench.take_packet()), (other, app(), b"hello".to_vec()));
        bench.packet(&wire::udp(app(), other, b"hello yourself"));
        assert_eq!(bench.take_sent().0.association, outgoing.association, "the same socket outside");
    }
    assert_eq!(bench.monitor.flow_count(), 3);
    bench.pass(UDP_IDLE + secs(1));
    assert_eq!(bench.take_actions(), [Action::Dissociate(outgoing.association)], "closed once, at the last");
}

#[test]
fn a_stranger_of_the_other_family_is_not_heard() {
    let mut bench = Bench::default();
    bench.packet(&wire::udp(app(), host(), b"stun"));
    let (outgoing, _) = bench.take_sent();
    bench.reply(&outgoing, socket("[2001:db8::9]:9"), b"hello");
    assert!(bench.packets.is_empty(), "the app's IPv4 socket cannot take IPv6");
    assert_eq!(bench.monitor.flow_count(), 1);
}

#[test]
fn the_next_resolver_is_asked_when_one_is_silent() {
    let mut bench = Bench::default();
    let ask = |bench: &mut Bench| {
        bench.packet(&wire::udp(app(), socket(TUNNEL_DNS), &QUESTION));
        bench.take_sent().0
    };
    let first = ask(&mut bench);
    assert_eq!(first.to, socket(RESOLVERS[0]));
    bench.pass(ms(300));
    assert_eq!(ask(&mut bench).to, socket(RESOLVERS[0]), "a second has not passed");
    bench.pass(secs(1));
    let second = ask(&mut bench);
    assert_eq!(second.to, socket(RESOLVERS[1]));

    // Either may answer, and the app knows both as the tunnel's own.
    for resolver in RESOLVERS.map(socket) {
        bench.reply(&second, resolver, b"answer");
        assert_eq!(wire::read_udp(&bench.take_packet()).0, socket(TUNNEL_DNS));
    }
    bench.pass(secs(2));
    assert_eq!(ask(&mut bench).to, socket(RESOLVERS[1]), "it has answered");
    assert_eq!(bench.monitor.flow_count(), 1);
    bench.pass(DNS_IDLE + secs(1));
    assert_eq!(bench.take_records()[0].questions, ["a.example".into()]);
}

/// A look-up of `a.example`.
const QUESTION: [u8; 27] =
    *b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x07example\x00\x00\x01\x00\x01";

#[test]
fn new_resolvers_serve_new_flows() {
    let mut bench = Bench::default();
    let other = socket("203.0.113.53:53");
    bench.packet(&wire::udp(app(), socket(TUNNEL_DNS), &QUESTION));
    bench.monitor.set_resolvers(vec![other]);
    assert_eq!(bench.take_sent().0.to, socket(RESOLVERS[0]));
    bench.packet(&wire::udp(socket("10.111.222.1:40001"), socket(TUNNEL_DNS), &QUESTION));
    let (outgoing, _) = bench.take_sent();
    assert_eq!(outgoing.to, other);
    bench.reply(&outgoing, other, b"answer");
    assert_eq!(wire::read_udp(&bench.take_packet()).0, socket(TUNNEL_DNS));
    // TCP goes the same way.
    bench.take_actions();
    bench.packet(&wire::syn(app(), socket(TUNNEL_DNS), 1));
    let actions = bench.take_actions();
    assert!(matches!(actions[..], [Action::Connect { to, .. }] if to == other), "{actions:?}");
}

#[test]
fn encrypted_look_ups_reach_the_resolver_on_their_own_port() {
    let mut bench = Bench::default();
    let with_port = |address: &str, port| std::net::SocketAddr::new(ip(address), port);
    bench.packet(&wire::syn(app(), with_port(TUNNEL_DNS, 853), 1));
    let actions = bench.take_actions();
    let resolver = with_port(RESOLVERS[0], 853);
    assert!(matches!(actions[..], [Action::Connect { to, .. }] if to == resolver), "{actions:?}");

    // Over QUIC: a handshake is not taken to another resolver.
    bench.packet(&wire::udp(app(), with_port(TUNNEL_DNS, 853), b"hello"));
    assert_eq!(bench.take_sent().0.to, resolver);
    bench.pass(secs(2));
    bench.packet(&wire::udp(app(), with_port(TUNNEL_DNS, 853), b"hello"));
    assert_eq!(bench.take_sent().0.to, resolver);
}

#[test]
fn errors_quote_what_the_app_sent() {
    for (from, to) in [(app(), host()), (socket("[fd00::1]:40000"), socket("[2001:db8::7]:8000"))] {
        let mut bench = Bench::default();
        let sent = wire::udp(from, to, b"is anybody there?");
        bench.packet(&sent);
        let (outgoing, payload) = bench.take_sent();
        let error = IcmpError::port_unreachable(to.ip());
        bench.monitor.handle_datagram_error(outgoing.association, to, error, None, &payload);
        bench.settle();
        let told = wire::read_icmp(&bench.take_packet());
        assert_eq!((told.kind, told.code, told.info), (error.kind, error.code, 0));
        assert_eq!((told.from, told.to), (to.ip(), from.ip()));
        assert_eq!(wire::quoted_sockets(&told.body), Some((from, to)));
        assert_eq!(told.body.len(), sent.len());
        assert!(told.body.ends_with(&payload));
    }
}

#[test]
fn a_flow_that_only_an_error_answered_ends_with_it() {
    let port = IcmpError::port_unreachable(host().ip());
    let network = IcmpError::network_unreachable(host().ip());
    let too_big = IcmpError::too_big(host().ip(), 1300);
    for (errors, is_answered, close) in [
        (&[port][..], false, Close::Refused),
        (&[network], false, Close::Unreachable),
        (&[port, too_big], false, Close::Refused),
        (&[too_big], false, Close::Idle),
        (&[port], true, Close::Idle),
    ] {
        let mut bench = Bench::default();
        bench.packet(&wire::udp(app(), host(), b"question"));
        let (outgoing, payload) = bench.take_sent();
        for error in errors {
            bench.monitor.handle_datagram_error(outgoing.association, host(), *error, None, &payload);
        }
        if is_answered {
            bench.reply(&outgoing, host(), b"an answer");
            // What comes now is no end of a flow that was answered.
            bench.monitor.handle_datagram_error(outgoing.association, host(), network, None, &payload);
        }
        bench.pass(UDP_IDLE + secs(1));
        let records = bench.take_records();
        assert_eq!(records.iter().map(|record| record.close).collect::<Vec<_>>(), [close], "{errors:?}");
    }
}

#[test]
fn an_echo_that_only_an_error_answered_ends_with_it() {
    let (from, to) = ("fd00::1".parse().expect("an address"), "2001:db8::7".parse().expect("an address"));
    let mut bench = Bench::default();
    bench.packet(&wire::echo(from, to, 77, 5, b"ping"));
    let (outgoing, message) = bench.take_sent();
    let error = IcmpError::host_unreachable(to);
    bench.monitor.handle_datagram_error(outgoing.association, outgoing.to, error, None, &message);
    bench.pass(ECHO_IDLE + secs(1));
    let records = bench.take_records();
    assert_eq!(records.iter().map(|record| record.close).collect::<Vec<_>>(), [Close::Unreachable]);
}

#[test]
fn errors_from_the_way_name_their_reporter_and_size() {
    let mut bench = Bench::default();
    bench.packet(&wire::udp(app(), host(), &[7; 1400]));
    let (outgoing, payload) = bench.take_sent();
    let error = IcmpError::too_big(host().ip(), 1300);
    let router = "203.0.113.254".parse().expect("an address");
    bench.monitor.handle_datagram_error(outgoing.association, host(), error, Some(router), &payload);
    bench.settle();
    let packet = bench.take_packet();
    let told = wire::read_icmp(&packet);
    assert_eq!((told.kind, told.code, told.info, told.from), (3, 4, 1300, router));
    assert_eq!(packet.len(), 576, "as much as fits");
}

#[test]
fn errors_about_the_resolver_are_about_the_tunnels_own() {
    let mut bench = Bench::default();
    bench.packet(&wire::udp(app(), socket(TUNNEL_DNS), &QUESTION));
    let (outgoing, payload) = bench.take_sent();
    let error = IcmpError::port_unreachable(outgoing.to.ip());
    bench.monitor.handle_datagram_error(outgoing.association, outgoing.to, error, None, &payload);
    bench.settle();
    let told = wire::read_icmp(&bench.take_packet());
    assert_eq!(told.from, ip(TUNNEL_DNS));
    assert_eq!(wire::quoted_sockets(&told.body), Some((app(), socket(TUNNEL_DNS))));
}

#[test]
fn echo_keeps_identifier_sequence_and_payload() {
    for (from, to, kinds) in
        [("10.111.222.1", "198.51.100.7", [8, 0]), ("fd00::1", "2001:db8::7", [128, 129])]
    {
        let (from, to) = (from.parse().expect("an address"), to.parse().expect("an address"));
        let mut bench = Bench::default();
        bench.packet(&wire::echo(from, to, 77, 5, b"ping"));
        let (outgoing, mut message) = bench.take_sent();
        assert_eq!((message[0], &message[6..]), (kinds[0], &b"\0\x05ping"[..]));
        let error = IcmpError::host_unreachable(to);
        bench.monitor.handle_datagram_error(outgoing.association, outgoing.to, error, None, &message);
        message[0] = kinds[1];
        bench.reply(&outgoing, outgoing.to, &message);
        let [error, reply] = &bench.take_packets()[..] else { panic!("an error and a reply") };
        assert_eq!(wire::read_icmp(error).body[wire::header_length(to)..][4..8], [0, 77, 0, 5]);
        let reply = wire::read_icmp(reply);
        assert_eq!((reply.kind, reply.info, &reply.body[..]), (kinds[1], 77 << 16 | 5, &b"ping"[..]));
        bench.pass(ECHO_IDLE + secs(1));
        assert_eq!(bench.monitor.flow_count(), 0);
    }
}

#[test]
fn fragments_are_put_together_in_any_order() {
    let payload: Vec<u8> = (0..4000u16).map(|byte| byte.to_le_bytes()[0]).collect();
    let mut fragments = wire::fragments(&wire::udp(app(), host(), &payload), 99, 1480);
    assert_eq!(fragments.len(), 3);
    fragments.rotate_left(1);
    let mut bench = Bench::default();
    for fragment in &fragments {
        assert!(bench.sent.is_empty());
        bench.packet(fragment);
    }
    let (outgoing, sent) = bench.take_sent();
    assert_eq!(sent, payload);
    assert!(!outgoing.dont_fragment, "what came in fragments may leave in fragments");

    // One is late.
    bench.packet(&fragments[0]);
    bench.pass(FRAGMENT_TIMEOUT + secs(1));
    bench.packet(&fragments[1]);
    bench.packet(&fragments[2]);
    assert!(bench.sent.is_empty());
}

#[test]
fn fragments_do_not_make_more_than_a_packet() {
    let mut bench = Bench::default();
    let packet = wire::udp(app(), host(), &[1; 65_504]);
    // 65 535 bytes of payload leave no room for the header.
    bench.packet(&wire::fragment(&packet, 9, 0, true, &packet[20..]));
    bench.packet(&wire::fragment(&packet, 9, 65_512, false, &[2; 23]));
    assert!(bench.sent.is_empty());
    assert_eq!(bench.monitor.statistics().malformed.get("fragments"), Some(&1));
}

#[test]
fn what_is_not_relayed_is_counted_or_answered() {
    let mut bench = Bench::default();
    for to in ["224.0.0.251:5353", "255.255.255.255:67", "127.0.0.1:9", "169.254.1.1:9"] {
        bench.packet(&wire::udp(app(), socket(to), b"?"));
    }
    assert!(bench.packets.is_empty() && bench.actions.is_empty());
    assert_eq!(bench.monitor.statistics().not_relayed.values().sum::<u64>(), 4);
    bench.packet(&wire::udp(app(), socket("198.51.100.7:0"), b"?"));
    let told = wire::read_icmp(&bench.take_packet());
    assert_eq!((told.kind, told.code), (3, 3));
    bench.packet(b"\x45not a packet");
    assert_eq!(bench.monitor.statistics().malformed.values().sum::<u64>(), 1);
}
