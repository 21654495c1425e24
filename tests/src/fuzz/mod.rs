//! What the fuzzer calls, one function per target, so that the ordinary tests can call it as well. Each takes any
//! bytes, and must neither panic nor break what it asserts.
//!
//! This folder belongs to two crates: `telltale-tests`, and `tests/fuzz`, which includes it and needs a nightly
//! compiler.

mod machine;

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use telltale_core::event::Event;
use telltale_core::packet::{IpPacket, Reassembler, Transport};
use telltale_core::replay::{Frame, LinkType, Replay};
use telltale_core::report::Stamp;
use telltale_core::rules::{OwnRules, RuleSet};
use telltale_core::session::conduct::pages::request::{self, Asked, MAX_HEAD};
use telltale_core::sniff::{
    CaptureBudget, CaptureLimits, DatagramSniffer, Direction, Sighting, Sniffer, StreamSniffer,
};

pub use machine::monitor;

/// A function to be called with any bytes.
pub type Target = fn(&[u8]);

/// Every target with its name.
pub const TARGETS: [(&str, Target); 13] = [
    ("packet", packet),
    ("monitor", monitor),
    ("replay", replay),
    ("dns", dns),
    ("quic", quic),
    ("dtls", dtls),
    ("tls", tls),
    ("tls_server", tls_server),
    ("http", http),
    ("talk", talk),
    ("list", list),
    ("stamp", stamp),
    ("page", page),
];

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Packets, each behind its length in two bytes: read, and put together if they are fragments.
pub fn packet(data: &[u8]) {
    let mut reassembler = Reassembler::default();
    let mut input = Input(data);
    while let Some(bytes) = input.counted() {
        let Ok(packet) = IpPacket::parse(bytes) else { continue };
        assert!(bytes.starts_with(packet.bytes), "the packet is not what came");
        if let Transport::Fragment(fragment) = &packet.transport
            && let Ok(Some(whole)) = reassembler.push(&packet.header, fragment, *START)
            && let Ok(read) = whole.packet()
        {
            let ends = (read.header.source, read.header.destination);
            assert_eq!(ends, (packet.header.source, packet.header.destination));
        }
    }
}

/// Captured frames, each behind its link type, the bytes that were cut off it, and its length in two bytes.
pub fn replay(data: &[u8]) {
    const LINKS: [u32; 16] = [0, 1, 9, 51, 101, 104, 105, 113, 119, 127, 163, 192, 219, 239, 258, 276];
    let mut replay = Replay::new(1, RuleSet::default(), *START);
    let (mut input, mut opened, mut told) = (Input(data), 0, 0);
    let mut tell = |replay: &mut Replay| {
        while let Some(event) = replay.poll_event() {
            told += usize::from(matches!(event, Event::FlowClosed(_)));
        }
    };
    for seconds in 0.. {
        let (Some(link), Some(cut), Some(bytes)) = (input.byte(), input.byte(), input.counted()) else {
            break;
        };
        let link = LinkType(LINKS[usize::from(link) % LINKS.len()]);
        let time = Duration::from_secs(seconds);
        let original_length = bytes.len() + usize::from(cut);
        let before = replay.flow_count();
        assert_eq!(replay.handle_frame(&Frame { link, bytes, original_length, time }), Ok(()));
        opened += replay.flow_count().saturating_sub(before);
        tell(&mut replay);
    }
    replay.finish();
    tell(&mut replay);
    assert_eq!(replay.flow_count(), 0);
    assert!(told >= opened, "{opened} flows were opened and {told} ended");
}

/// DNS over UDP, each datagram behind its direction and length, and over TCP.
pub fn dns(data: &[u8]) {
    for port in [53, 5300, 5353] {
        datagrams(port, data);
    }
    stream(53, data);
}

/// QUIC, each datagram behind its direction and length.
pub fn quic(data: &[u8]) {
    datagrams(443, data);
}

/// The same of DTLS.
pub fn dtls(data: &[u8]) {
    datagrams(5684, data);
}

/// The head of a request for a page of an experiment, byte by byte as it may come: what was understood stays so.
pub fn page(data: &[u8]) {
    let data = data.get(..2 * MAX_HEAD).unwrap_or(data);
    let whole = request::parse(data);
    assert!(whole != Asked::More || data.len() < MAX_HEAD, "a head without end");
    for end in [data.len() / 4, data.len() / 2, data.len().saturating_sub(1)] {
        let part = request::parse(&data[..end]);
        assert!(part == Asked::More || part == whole, "{part:?}, then {whole:?}");
    }
}

/// A page that may be a report; and the JSON that one says of itself. What is read is written and read again.
pub fn stamp(data: &[u8]) {
    let page = String::from_utf8_lossy(data);
    let _ = Stamp::read(&page);
    let Ok(read) = serde_json::from_slice::<Stamp>(data) else { return };
    let Ok(json) = serde_json::to_vec(&read) else { panic!("a stamp can be written") };
    assert_eq!(serde_json::from_slice::<Stamp>(&json).ok(), Some(read));
}

/// A list of one's own: what is taken from it is found again, and is about hosts.
pub fn list(data: &[u8]) {
    let mut own = OwnRules::default();
    let Ok(report) = own.read("list", data) else { panic!("bytes can be read") };
    assert!(report.rules + report.exceptions >= own.len() as u64);
    for rule in own.iter() {
        assert_eq!(rule.domain, rule.domain.to_ascii_lowercase());
        let found = own.find(rule.domain).unwrap_or_else(|| panic!("{} is lost", rule.domain));
        assert!(rule.domain.ends_with(found.domain));
        assert!(found.is_exception || !rule.is_exception);
    }
}

/// What a TLS client sends.
pub fn tls(data: &[u8]) {
    stream(443, data);
}

/// What a TLS server answers. The first byte says how the rest is cut; what is read must not depend on it.
pub fn tls_server(data: &[u8]) {
    let Some((cut, bytes)) = data.split_first() else { return };
    let is_answer = |seen: &Sighting| matches!(seen, Sighting::TlsVersion(_) | Sighting::Certificate(_));
    let answers = |length| sightings(443, Direction::Down, bytes, length).into_iter().filter(is_answer);
    assert!(answers(bytes.len().max(1)).eq(answers(usize::from(*cut) + 1)), "cuts matter");
}

/// An HTTP stream.
pub fn http(data: &[u8]) {
    stream(80, data);
}

/// Datagrams, each behind its direction and length. A sniffer that is done is fed no more.
fn datagrams(port: u16, data: &[u8]) {
    let mut input = Input(data);
    let mut sniffer = DatagramSniffer::new(port);
    while let (false, Some(direction), Some(datagram)) = (sniffer.is_done(), input.byte(), input.counted()) {
        let direction = if direction % 2 == 0 { Direction::Up } else { Direction::Down };
        sniffer.read_cut(direction, datagram);
        sniffer.read(direction, datagram, |_| {});
    }
    sniffer.finish();
    assert_eq!(sniffer.finish(), None, "said twice");
}

/// Both sides of any connection: how pieces are cut, then pieces, each behind its direction and length. Everything
/// that is read must be the same however they are.
pub fn talk(data: &[u8]) {
    let Some((cut, pieces)) = data.split_first() else { return };
    for port in [53, 443] {
        assert_eq!(read_talk(port, pieces, usize::MAX), read_talk(port, pieces, usize::from(*cut) + 1));
    }
}

fn read_talk(port: u16, pieces: &[u8], longest: usize) -> Vec<Sighting> {
    let budget = CaptureBudget::new(CaptureLimits::default());
    let mut sniffer = StreamSniffer::keeping(budget, port);
    let (mut input, mut seen) = (Input(pieces), Vec::new());
    while let (Some(direction), Some(piece)) = (input.byte(), input.counted()) {
        let direction = if direction % 2 == 0 { Direction::Up } else { Direction::Down };
        for piece in piece.chunks(longest) {
            if sniffer.is_done() {
                return seen;
            }
            sniffer.read(direction, piece, |sighting| seen.push(sighting));
        }
    }
    if !sniffer.is_done() {
        seen.extend(sniffer.finish());
    }
    seen
}

/// The first byte says how the rest is cut; what is read must not depend on it.
fn stream(port: u16, data: &[u8]) {
    let Some((cut, bytes)) = data.split_first() else { return };
    let name = |length| {
        let mut seen = sightings(port, Direction::Up, bytes, length).into_iter();
        seen.find(|seen| matches!(seen, Sighting::Name(_) | Sighting::Hello(_)))
    };
    assert_eq!(name(bytes.len().max(1)), name(usize::from(*cut) + 1), "cuts matter");
}

fn sightings(port: u16, direction: Direction, bytes: &[u8], length: usize) -> Vec<Sighting> {
    let mut sniffer = StreamSniffer::new(port);
    let mut seen = Vec::new();
    for piece in bytes.chunks(length) {
        sniffer.read(direction, piece, |sighting| seen.push(sighting));
        if sniffer.is_done() {
            break;
        }
    }
    sniffer.finish();
    seen
}

/// Bytes that are taken piece by piece.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// Bytes behind their length in two bytes, or as many as are left.
    fn counted(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<2>()?;
        let (bytes, rest) = rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()));
        self.0 = rest;
        Some(bytes)
    }
}
