//! Frames as networks carry them, and hostile ones.

use etherparse::{IpFragOffset, IpNumber, Ipv4Header, PacketBuilder};
use proptest::prelude::*;

use super::*;
use crate::event::{Application, Close, FlowRecord};

const CLIENT: ([u8; 4], u16) = ([10, 0, 0, 1], 40_000);
const SERVER: ([u8; 4], u16) = ([192, 0, 2, 1], 80);
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: tracking.intl.miui.com\r\n\r\n";

const SYN: u8 = 1;
const ACK: u8 = 2;
const FIN: u8 = 4;
const RST: u8 = 8;

/// A replay of frames that come a millisecond apart.
struct Bench {
    replay: Replay,
    time: Duration,
    ended: Vec<FlowRecord>,
}

impl Bench {
    #[expect(clippy::disallowed_methods, reason = "a test needs some instant to start from")]
    fn new() -> Self {
        let replay = Replay::new(1, RuleSet::embedded().unwrap(), Instant::now());
        Self { replay, time: Duration::from_secs(1_600_000_000), ended: Vec::new() }
    }

    fn frame(&mut self, link: u32, bytes: &[u8]) {
        self.cut_frame(link, bytes, bytes.len());
    }

    fn cut_frame(&mut self, link: u32, bytes: &[u8], original_length: usize) {
        self.time += Duration::from_millis(1);
        let frame = Frame { link: LinkType(link), bytes, original_length, time: self.time };
        self.replay.handle_frame(&frame).unwrap();
        self.collect();
    }

    fn up(&mut self, flags: u8, sequence: u32, payload: &[u8]) {
        self.frame(101, &segment(CLIENT, SERVER, flags, sequence, payload));
    }

    fn down(&mut self, flags: u8, sequence: u32, payload: &[u8]) {
        self.frame(101, &segment(SERVER, CLIENT, flags, sequence, payload));
    }

    fn collect(&mut self) {
        while let Some(event) = self.replay.poll_event() {
            if let Event::FlowClosed(flow) = event {
                self.ended.push(*flow);
            }
        }
    }

    fn finish(mut self) -> Vec<FlowRecord> {
        self.replay.finish();
        self.collect();
        assert_eq!((self.replay.flow_count(), self.replay.held), (0, 0));
        self.ended
    }

    fn only_flow(self) -> FlowRecord {
        let mut flows = self.finish();
        assert_eq!(flows.len(), 1, "{flows:#?}");
        flows.remove(0)
    }
}

fn segment(from: ([u8; 4], u16), to: ([u8; 4], u16), flags: u8, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let mut builder = PacketBuilder::ipv4(from.0, to.0, 64).tcp(from.1, to.1, sequence, 1000);
    if flags & SYN != 0 {
        builder = builder.syn();
    }
    if flags & ACK != 0 {
        builder = builder.ack(1);
    }
    if flags & FIN != 0 {
        builder = builder.fin();
    }
    if flags & RST != 0 {
        builder = builder.rst();
    }
    let mut packet = Vec::new();
    builder.write(&mut packet, payload).unwrap();
    packet
}

fn datagram(from: ([u8; 4], u16), to: ([u8; 4], u16), payload: &[u8]) -> Vec<u8> {
    let mut packet = Vec::new();
    PacketBuilder::ipv4(from.0, to.0, 64).udp(from.1, to.1).write(&mut packet, payload).unwrap();
    packet
}

fn request() -> Vec<u8> {
    segment(CLIENT, SERVER, ACK, 1, REQUEST)
}

fn in_ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap();
    let mut header =
        Ipv4Header::new(length, 64, IpNumber(protocol), [172, 16, 0, 1], [172, 16, 0, 2]).unwrap();
    header.header_checksum = header.calc_header_checksum();
    [&header.to_bytes()[..], payload].concat()
}

fn in_ipv6(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
    [&[0x60, 0, 0, 0, length[0], length[1], protocol, 64], &[0x20; 32][..], payload].concat()
}

fn with(header: &[u8], payload: &[u8]) -> Vec<u8> {
    [header, payload].concat()
}

fn ethernet(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&[2; 12], &kind.to_be_bytes()[..], payload].concat()
}

/// The frames in which a request can come, by link type.
fn wrapped(request: &[u8]) -> Vec<(&'static str, u32, Vec<u8>)> {
    let snap = |kind: u16| [&[0xaa, 0xaa, 3, 0, 0, 0], &kind.to_be_bytes()[..]].concat();
    let length = u16::try_from(request.len()).unwrap();
    let part = [&[1; 12], &(length + 8).to_be_bytes()[..], &snap(0x0800), request].concat();
    let wifi = |kind: u8, flags: u8, header: usize, body: &[u8]| {
        let mut frame = vec![0; header];
        (frame[0], frame[1]) = (kind, flags);
        [&frame, body].concat()
    };
    let plain = with(&snap(0x0800), request);
    let mut aggregate = wifi(0x88, 1, 26, &part);
    aggregate[24] |= 0x80;
    let radiotap = |frame: &[u8]| with(&[0, 0, 10, 0, 0, 0, 0, 0, 0, 0], frame);
    let ppi = |frame: &[u8]| with(&[0, 0, 8, 0, 105, 0, 0, 0], frame);
    let gtp = |flags: u8, options: &[u8], inner: &[u8]| {
        let header = [&[flags, 255, 0, 0, 0, 0, 0, 7], options, inner].concat();
        datagram(([10, 9, 9, 9], 2152), ([10, 9, 9, 8], 2152), &header)
    };
    let over = |port: u16, inner: &[u8]| datagram(([10, 9, 9, 9], 50_000), ([10, 9, 9, 8], port), inner);
    let vxlan = with(&[8, 0, 0, 0, 0, 0, 7, 0], &ethernet(0x0800, request));
    let cooked = |kind: u16| [&[0; 14], &kind.to_be_bytes()[..], request].concat();
    vec![
        ("ethernet", 1, ethernet(0x0800, request)),
        ("vlan", 1, ethernet(0x8100, &with(&[0, 5, 8, 0], request))),
        ("stacked vlans", 1, ethernet(0x88a8, &with(&[0, 5, 0x81, 0, 0, 6, 8, 0], request))),
        ("802.3 with snap", 1, ethernet(length + 8, &plain)),
        ("mpls", 1, ethernet(0x8847, &with(&[0, 1, 0, 9, 0, 1, 1, 9], request))),
        ("pppoe", 1, ethernet(0x8864, &with(&[0x11, 0, 0, 1, 0, 99, 0, 0x21], request))),
        ("null, little", 0, with(&[2, 0, 0, 0], request)),
        ("null, big", 0, with(&[0, 0, 0, 2], request)),
        ("loop", 108, with(&[0, 0, 0, 2], request)),
        ("ppp", 9, with(&[0xff, 3, 0, 0x21], request)),
        ("ppp, compressed", 9, with(&[0x21], request)),
        ("ppp with direction", 204, with(&[1, 0xff, 3, 0, 0x21], request)),
        ("cisco hdlc", 104, with(&[0x0f, 0, 8, 0], request)),
        ("raw", 101, request.to_vec()),
        ("raw, old", 12, request.to_vec()),
        ("cooked", 113, cooked(0x0800)),
        ("cooked, version 2", 276, [&[8, 0], &[0; 18][..], request].concat()),
        ("nflog", 239, with(&[2, 0, 0, 0, 5, 0, 10, 0, 7, 0, 0, 0, 4, 0, 9, 0], request)),
        ("wifi", 105, wifi(0x08, 1, 24, &plain)),
        ("wifi with quality", 105, wifi(0x88, 2, 26, &plain)),
        ("wifi, padded", 105, wifi(0x88, 2, 26, &with(&[0, 0], &plain))),
        ("wifi between stations", 105, wifi(0x08, 3, 30, &plain)),
        ("wifi, aggregate", 105, aggregate),
        ("radiotap", 127, radiotap(&wifi(0x08, 1, 24, &plain))),
        ("ppi", 192, ppi(&wifi(0x08, 1, 24, &plain))),
        ("prism", 119, with(&[0; 144], &wifi(0x08, 1, 24, &plain))),
        ("ipip", 101, in_ipv4(4, request)),
        ("4in6", 101, in_ipv6(4, request)),
        ("4in6in4", 101, in_ipv4(41, &in_ipv6(4, request))),
        ("gre", 101, in_ipv4(47, &with(&[0, 0, 8, 0], request))),
        (
            "gre with key and sequence",
            101,
            in_ipv4(47, &with(&[0x30, 0, 8, 0, 0, 0, 0, 1, 0, 0, 0, 2], request)),
        ),
        ("pptp", 101, in_ipv4(47, &with(&[0x30, 1, 0x88, 0x0b, 0, 0, 0, 1, 0, 0, 0, 2, 0x21], request))),
        ("ethernet in gre", 101, in_ipv4(47, &with(&[0, 0, 0x65, 0x58], &ethernet(0x0800, request)))),
        ("gtp", 101, gtp(0x30, &[], request)),
        ("gtp with sequence", 101, gtp(0x32, &[0, 1, 0, 0], request)),
        ("gtp with extension", 101, gtp(0x34, &[0, 0, 0, 0x85, 1, 0, 9, 0], request)),
        ("vxlan", 101, over(4789, &vxlan)),
        (
            "l2tp",
            101,
            over(1701, &with(&[0x48, 2, 0, 99, 0, 1, 0, 2, 0, 0, 0, 0, 0xff, 3, 0, 0x21], request)),
        ),
        ("l2tp, offset", 101, over(1701, &with(&[2, 2, 0, 1, 0, 2, 0, 1, 9, 0, 0x21], request))),
        ("teredo", 101, over(3544, &in_ipv6(4, request))),
        (
            "teredo with indicators",
            101,
            over(
                3544,
                &with(&[0, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1, 2, 3, 4, 5, 6], &in_ipv6(4, request)),
            ),
        ),
        ("capwap", 101, over(5247, &with(&[0, 0x10, 2, 0, 0, 0, 0, 0], &ethernet(0x0800, request)))),
        ("capwap, wifi", 101, over(5247, &with(&[0, 0x10, 3, 0, 0, 0, 0, 0], &wifi(0x08, 1, 24, &plain)))),
        ("geneve", 101, over(6081, &with(&[1, 0, 8, 0, 0, 0, 7, 0, 1, 1, 1, 0], request))),
        ("tzsp", 101, over(37_008, &with(&[1, 0, 0, 1, 0, 9, 1, 7, 1], &ethernet(0x0800, request)))),
        ("erspan", 101, in_ipv4(47, &with(&[0, 0, 0x88, 0xbe], &ethernet(0x0800, request)))),
        (
            "erspan, version 2",
            101,
            in_ipv4(
                47,
                &with(
                    &[0x10, 0, 0x88, 0xbe, 0, 0, 0, 9, 0x10, 1, 0, 1, 0, 0, 0, 1],
                    &ethernet(0x0800, request),
                ),
            ),
        ),
        ("hop-by-hop options", 101, in_ipv6(0, &with(&[4, 0, 1, 4, 0, 0, 0, 0], request))),
    ]
}

#[test]
fn every_wrapping_comes_off() {
    for (what, link, frame) in wrapped(&request()) {
        let mut bench = Bench::new();
        bench.frame(link, &frame);
        let flow = bench.only_flow();
        assert_eq!(
            flow.name.map(|name| name.host.to_string()).as_deref(),
            Some("tracking.intl.miui.com"),
            "{what}"
        );
        assert_eq!((flow.originator.port, flow.responder.port), (CLIENT.1, SERVER.1), "{what}");
        assert_eq!(flow.counters.bytes_up, REQUEST.len() as u64, "{what}");
    }
}

#[test]
fn wrappings_without_end_are_no_packet() {
    let mut frame = request();
    for _ in 0..200 {
        frame = in_ipv4(4, &frame);
    }
    let mut bench = Bench::new();
    bench.frame(101, &frame);
    assert!(bench.finish().is_empty());
}

#[test]
fn what_only_looks_like_a_tunnel_is_a_flow() {
    for port in [1701, 2152, 3544, 4789, 5247, 6081, 37_008] {
        let mut bench = Bench::new();
        bench.frame(101, &datagram(CLIENT, ([192, 0, 2, 1], port), b"no tunnel at all"));
        assert_eq!(bench.only_flow().responder.port, port);
    }
}

#[test]
fn fragments_of_a_tunnel_are_put_together() {
    let whole = in_ipv4(4, &request());
    let (header, payload) = whole.split_at(20);
    let piece = |from: usize, to: usize| {
        let mut header = Ipv4Header::from_slice(header).unwrap().0;
        header.total_len = u16::try_from(20 + to - from).unwrap();
        header.fragment_offset = IpFragOffset::try_new(u16::try_from(from / 8).unwrap()).unwrap();
        (header.dont_fragment, header.more_fragments) = (false, to < payload.len());
        header.header_checksum = header.calc_header_checksum();
        [&header.to_bytes()[..], &payload[from..to]].concat()
    };
    let mut bench = Bench::new();
    for (from, to) in [(64, payload.len()), (0, 24), (24, 64)] {
        bench.frame(101, &piece(from, to));
    }
    assert!(bench.only_flow().name.is_some());
}

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

fn link() -> impl Strategy<Value = u32> {
    let links: Vec<u32> = (0..400).filter(|link| LinkType(*link).layer().is_some()).collect();
    proptest::sample::select(links)
}

proptest! {
    #[test]
    fn noise_never_panics(frames in proptest::collection::vec((link(), proptest::collection::vec(any::<u8>(), 0..200), any::<u32>()), 1..20)) {
        let mut bench = Bench::new();
        for (link, bytes, seconds) in frames {
            bench.time = Duration::from_secs(seconds.into());
            bench.frame(link, &bytes);
        }
        bench.finish();
    }

    #[test]
    fn damage_and_cuts_never_panic(
        which in any::<prop::sample::Index>(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bench = Bench::new();
        let frames = wrapped(&request());
        let (_, link, frame) = &frames[which.index(frames.len())];
        let mut frame = frame.clone();
        for (index, value) in damage {
            let index = index.index(frame.len());
            frame[index] = value;
        }
        bench.frame(*link, &frame);
        bench.cut_frame(*link, &frame[..cut.index(frame.len())], frame.len());
        bench.finish();
    }

    /// Segments in any order, repeated, up to the limit of what is held, name the flow all the same.
    #[test]
    fn segments_in_any_order(order in Just((0..REQUEST.len() / 5 + 1).collect::<Vec<_>>()).prop_shuffle()) {
        let mut bench = Bench::new();
        bench.up(SYN, 0, &[]);
        for index in order {
            let piece = &REQUEST[(5 * index).min(REQUEST.len())..(5 * index + 7).min(REQUEST.len())];
            bench.up(ACK, 1 + 5 * u32::try_from(index).unwrap(), piece);
        }
        prop_assert!(bench.only_flow().name.is_some());
    }
}

/// `a.example`, type A.
const QUERY: &[u8] =
    b"\0\x07\x01\0\0\x01\0\0\0\0\0\x01\x01a\x07example\0\0\x01\0\x01\0\0\x29\x04\xd0\0\0\0\0\0\0";

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
