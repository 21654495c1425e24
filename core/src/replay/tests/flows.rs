//! Flows of a capture, from their first packet to their last.

use super::*;

/// `a.example`, type A.
const QUERY: &[u8] =
    b"\0\x07\x01\0\0\x01\0\0\0\0\0\x01\x01a\x07example\0\0\x01\0\x01\0\0\x29\x04\xd0\0\0\0\0\0\0";

#[test]
fn a_flow_from_its_first_packet_to_its_last() {
    let mut bench = Bench::new();
    let (head, tail) = REQUEST.split_at(20);
    bench.up(SYN, 0, &[]);
    bench.down(SYN | ACK, 500, &[]);
    bench.up(ACK, 21, tail);
    bench.up(ACK, 1, head);
    bench.up(ACK, 1, head);
    bench.down(ACK, 501, b"HTTP/1.1 204 No Content\r\n\r\n");
    bench.down(ACK | FIN, 528, &[]);
    bench.up(ACK | FIN, 1 + u32::try_from(REQUEST.len()).unwrap(), &[]);
    bench.down(ACK, 529, &[]);
    let flow = bench.only_flow();
    assert_eq!(flow.close, Close::Fin);
    assert_eq!((flow.counters.bytes_up, flow.counters.bytes_down), (REQUEST.len() as u64, 27));
    assert_eq!((flow.counters.packets_up, flow.counters.packets_down), (5, 4));
    assert_eq!((flow.start.to_string(), flow.end.0 - flow.start.0), ("2020-09-13T12:26:40.001Z".into(), 8));
    assert_eq!(&*flow.finding.expect("flagged").rule, "tracking.intl.miui.com");
}

#[test]
fn ends_are_told_apart() {
    let close = |steps: &[(bool, u8)], silence: u64| {
        let mut bench = Bench::new();
        for (is_up, flags) in steps {
            if *is_up { bench.up(*flags, 0, &[]) } else { bench.down(*flags, 0, &[]) }
        }
        bench.time += Duration::from_secs(silence);
        bench.frame(101, &datagram(CLIENT, ([192, 0, 2, 9], 123), b"later"));
        bench.finish()[0].close
    };
    assert_eq!(close(&[(true, SYN), (false, RST | ACK)], 0), Close::Refused);
    assert_eq!(close(&[(true, SYN), (false, SYN | ACK), (false, RST)], 0), Close::Reset);
    assert_eq!(close(&[(true, SYN), (true, RST)], 0), Close::Reset);
    assert_eq!(close(&[(true, SYN)], 0), Close::Open);
    assert_eq!(close(&[(true, SYN)], 100), Close::Timeout);
    assert_eq!(close(&[(true, SYN), (false, SYN | ACK)], 100), Close::Open);
    assert_eq!(close(&[(true, SYN), (false, SYN | ACK), (true, ACK)], 8000), Close::Idle);
    assert_eq!(close(&[(true, SYN), (false, SYN | ACK), (true, FIN | ACK)], 700), Close::Idle);
}

#[test]
fn an_icmp_error_ends_what_was_never_answered() {
    let unreachable =
        |quoted: &[u8], code: u8| in_ipv4(1, &with(&[3, code, 0, 0, 0, 0, 0, 0], &quoted[..28]));
    let sent = segment(CLIENT, SERVER, SYN, 0, &[]);
    let mut bench = Bench::new();
    bench.frame(101, &sent);
    bench.frame(101, &unreachable(&sent, 1));
    assert_eq!(bench.only_flow().close, Close::Unreachable);
    let sent = datagram(CLIENT, ([192, 0, 2, 1], 9999), b"hello");
    let mut bench = Bench::new();
    bench.frame(101, &sent);
    bench.frame(101, &unreachable(&sent, 3));
    assert_eq!(bench.only_flow().close, Close::Refused);
}

#[test]
fn flows_that_were_open_already() {
    let mut bench = Bench::new();
    bench.down(ACK, 9000, &[b'x'; 1400]);
    bench.down(ACK, 80_000, &[b'x'; 60_000]);
    bench.up(ACK, 77, REQUEST);
    let flow = bench.only_flow();
    assert_eq!(flow.originator.port, CLIENT.1);
    assert_eq!(flow.name.map(|name| name.host.to_string()).as_deref(), Some("tracking.intl.miui.com"));
}

#[test]
fn a_port_that_is_used_again_is_another_flow() {
    let mut bench = Bench::new();
    for first in [100, 900_000] {
        bench.up(SYN, first, &[]);
        bench.up(SYN, first, &[]);
        bench.down(SYN | ACK, 5, &[]);
        bench.up(ACK | RST, first + 1, &[]);
        bench.up(ACK, first + 1, &[]);
    }
    let flows = bench.finish();
    assert_eq!(flows.iter().map(|flow| flow.close).collect::<Vec<_>>(), [Close::Reset; 2]);
    assert_eq!(flows[0].counters.packets_up, 4);
}

#[test]
fn a_gap_never_makes_up_a_name() {
    let mut bench = Bench::new();
    bench.up(SYN, 0, &[]);
    bench.up(ACK, 1, b"GET / HTTP/1.1\r\nHost: good.exam");
    bench.up(ACK, 100, b"evil.example\r\n\r\n");
    assert_eq!(bench.only_flow().name, None);
}

#[test]
fn cut_packets_count_in_full() {
    let mut bench = Bench::new();
    let whole = segment(CLIENT, SERVER, ACK, 1, &[b'x'; 1000]);
    bench.cut_frame(1, &ethernet(0x0800, &whole[..60]), whole.len() + 14);
    bench.cut_frame(1, &ethernet(0x0800, &whole[..36]), whole.len() + 14);
    let flow = bench.only_flow();
    assert_eq!((flow.counters.bytes_up, flow.counters.packets_up), (1000, 2));
}

#[test]
fn echoes_are_one_flow() {
    let mut bench = Bench::new();
    let (there, back) = (([10, 0, 0, 1], [192, 0, 2, 1]), ([192, 0, 2, 1], [10, 0, 0, 1]));
    for ((from, to), is_reply) in [(back, true), (there, false), (back, true)] {
        let builder = PacketBuilder::ipv4(from, to, 64);
        let builder =
            if is_reply { builder.icmpv4_echo_reply(7, 1) } else { builder.icmpv4_echo_request(7, 1) };
        let mut packet = Vec::new();
        builder.write(&mut packet, b"ping").unwrap();
        bench.frame(101, &packet);
    }
    let flow = bench.only_flow();
    assert_eq!((flow.originator.port, flow.responder.port), (7, 0));
    assert_eq!((flow.counters.packets_up, flow.counters.packets_down, flow.counters.bytes_down), (1, 2, 8));
}

#[test]
fn another_capture_is_another_place() {
    let mut bench = Bench::new();
    bench.up(SYN, 0, &[]);
    bench.replay.begin_file();
    bench.up(SYN, 0, &[]);
    bench.time -= Duration::from_secs(1000);
    bench.replay.begin_file();
    bench.up(SYN, 0, &[]);
    let flows = bench.finish();
    assert_eq!(flows.len(), 2);
    assert_eq!(flows[0].start.0 - flows[1].start.0, 999_998);
}

#[test]
fn memory_is_bounded() {
    let mut bench = Bench::new();
    for index in 0..u32::try_from(MAX_REPLAYED_FLOWS).unwrap() + 5000 {
        bench.frame(101, &segment((index.to_be_bytes(), 40_000), SERVER, SYN, 0, &[]));
        bench.ended.clear();
    }
    assert_eq!(bench.replay.flow_count(), MAX_REPLAYED_FLOWS);
}

#[test]
fn an_unknown_link_type_is_an_error() {
    let mut bench = Bench::new();
    let frame = Frame { link: LinkType(189), bytes: &[], original_length: 0, time: Duration::ZERO };
    assert_eq!(
        bench.replay.handle_frame(&frame).unwrap_err().to_string(),
        "frames of link type 189 cannot be read"
    );
}

#[test]
fn what_was_captured_of_a_cut_query_is_read() {
    let whole = datagram(CLIENT, ([192, 0, 2, 53], 53), QUERY);
    let mut bench = Bench::new();
    bench.cut_frame(101, &whole[..whole.len() - 5], whole.len());
    let flow = bench.only_flow();
    assert_eq!((flow.questions, flow.application), (vec!["a.example".into()], Some(Application::Dns)));
}

#[test]
fn a_capture_that_begins_with_the_answer_of_a_tls_server_shows_its_version() {
    let server = (SERVER.0, 443);
    let body = [&[3, 3][..], &[7; 32], &[0, 0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4]].concat();
    let length = u8::try_from(body.len()).unwrap();
    let record = [&[22, 3, 3, 0, length + 4, 2, 0, 0, length][..], &body].concat();
    let (first, second) = record.split_at(20);
    let mut bench = Bench::new();
    bench.frame(101, &segment(server, CLIENT, ACK, 1, first));
    bench.frame(101, &segment(server, CLIENT, ACK, 21, second));
    let flow = bench.only_flow();
    assert_eq!(flow.application, Some(Application::Tls));
    assert_eq!(flow.tls.unwrap().version.as_deref(), Some("1.3"));
}
