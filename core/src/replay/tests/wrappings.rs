//! What packets are wrapped in comes off.

use super::*;

/// The frames in which a request can come, by link type.
pub(super) fn wrapped(request: &[u8]) -> Vec<(&'static str, u32, Vec<u8>)> {
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
