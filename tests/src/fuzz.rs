//! What the fuzzer calls, one function per target, so that the ordinary tests can call it as well. Each takes any
//! bytes, and must neither panic nor break what it asserts.
//!
//! This file belongs to two crates: `telltale-tests`, and `tests/fuzz`, which includes it and needs a nightly
//! compiler.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use telltale_core::event::{Event, Owner, Timestamp};
use telltale_core::flow::FlowKey;
use telltale_core::limits::TCP_IDLE;
use telltale_core::monitor::{Action, Config, Monitor, Outgoing, RemoteError};
use telltale_core::packet::checksum::Checksum;
use telltale_core::packet::{IcmpError, IpPacket, PacketSink, Reassembler, Transport};
use telltale_core::replay::{Frame, LinkType, Replay};
use telltale_core::report::Stamp;
use telltale_core::rules::{OwnRules, RuleSet};
use telltale_core::session::conduct::pages::request::{self, Asked, MAX_HEAD};
use telltale_core::sniff::{
    CaptureBudget, CaptureLimits, DatagramSniffer, Direction, Sighting, Sniffer, StreamSniffer,
};

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

/// A session: packets, outcomes and time in any order.
pub fn monitor(data: &[u8]) {
    let mut session = Session::new();
    let mut input = Input(data);
    while let Some(command) = input.byte() {
        session.command(command, &mut input);
        session.settle();
    }
    session.wind_up();
}

/// A machine with whoever has sockets.
struct Session {
    monitor: Monitor,
    now: Instant,
    /// Flows that were to be connected, and what is to be sent.
    flows: Vec<FlowKey>,
    sent: Vec<Outgoing>,
    wanted: Vec<Event>,
    /// Sequence number of the last segment that the machine sent to each of a few ports.
    sequences: [u32; 8],
}

impl Session {
    fn new() -> Self {
        let config = Config {
            session: 1,
            seed: 1,
            rules: RuleSet::default(),
            asks_owners: true,
            tunnel_dns: vec![IpAddr::V4(Ipv4Addr::new(10, 0, 0, 53))],
            resolvers: vec![SocketAddr::from(([198, 51, 100, 53], 53)), SocketAddr::from(([0x2001; 8], 53))],
            capture: CaptureBudget::new(CaptureLimits::default()),
        };
        let monitor = Monitor::new(config, Timestamp(0), *START);
        Self {
            monitor,
            now: *START,
            flows: Vec::new(),
            sent: Vec::new(),
            wanted: Vec::new(),
            sequences: [0; 8],
        }
    }

    fn command(&mut self, command: u8, input: &mut Input<'_>) {
        let argument = input.byte().unwrap_or(0);
        match command % 16 {
            0 => self.raw_packet(input),
            1..=4 => self.segment(argument, input),
            5 => self.datagram(argument, input),
            6 => self.connected(argument),
            7 => self.upload(argument),
            8 => self.download(argument),
            9 => self.pass(Duration::from_millis(u64::from(argument) * u64::from(argument))),
            10 => self.reply(argument, input),
            11 => self.datagram_error(argument),
            12 => self.owner(argument),
            13 => self.fail(argument),
            14 => self.monitor.set_clock(Timestamp(i64::from(argument) * 10_000_000), self.now),
            _ => self.monitor.set_resolvers(vec![SocketAddr::from(([198, 51, 100, argument], 53))]),
        }
    }

    fn raw_packet(&mut self, input: &mut Input<'_>) {
        let Some(bytes) = input.counted() else { return };
        let mut packet = bytes.to_vec();
        fill_header_checksum(&mut packet);
        self.monitor.handle_packet(&packet, self.now);
    }

    /// A segment of one of a few connections, near the sequence numbers that fit.
    fn segment(&mut self, argument: u8, input: &mut Input<'_>) {
        let port = argument % 8;
        let flags = input.byte().unwrap_or(0x10);
        let ahead = u32::from(input.byte().unwrap_or(0)) * 16;
        let back = u32::from(input.byte().unwrap_or(0));
        let length = usize::from(input.byte().unwrap_or(0)) * 8;
        let sequence = 1000 + ahead;
        let acknowledged = self.sequences[usize::from(port)].wrapping_sub(back);
        let mut tcp = vec![0x10, port, 0, 80];
        tcp.extend(sequence.to_be_bytes());
        tcp.extend(acknowledged.to_be_bytes());
        tcp.extend([0x50, flags & 0x3f, argument, 0xff, 0, 0, 0, 0]);
        tcp.resize(20 + length, argument);
        self.monitor.handle_packet(&ipv4(6, &tcp), self.now);
    }

    fn datagram(&mut self, argument: u8, input: &mut Input<'_>) {
        let payload = input.counted().unwrap_or_default();
        let length = u16::try_from(8 + payload.len()).unwrap_or(u16::MAX).to_be_bytes();
        let mut udp = vec![0x20, argument % 4, 0, argument, length[0], length[1], 0, 0];
        udp.extend_from_slice(payload);
        self.monitor.handle_packet(&ipv4(17, &udp), self.now);
    }

    fn connected(&mut self, argument: u8) {
        if let Some(flow) = pick(&self.flows, argument) {
            self.monitor.handle_connected(flow, self.now);
        }
    }

    fn upload(&mut self, argument: u8) {
        let Some(flow) = pick(&self.flows, argument) else { return };
        let mut left = usize::from(argument) * 16;
        self.monitor.upload(flow, self.now, |bytes| {
            let count = bytes.len().min(left);
            left -= count;
            if count == 0 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(count) }
        });
        self.monitor.wants_transmit(flow);
    }

    fn download(&mut self, argument: u8) {
        let Some(flow) = pick(&self.flows, argument) else { return };
        let mut left = usize::from(argument / 4) * 64;
        self.monitor.download(flow, self.now, |space| {
            let count = space.len().min(left);
            left -= count;
            // The remote ends by itself, or pauses.
            if count == 0 && !argument.is_multiple_of(4) {
                Err(io::ErrorKind::WouldBlock.into())
            } else {
                Ok(count)
            }
        });
        self.monitor.wants_transmit(flow);
    }

    fn reply(&mut self, argument: u8, input: &mut Input<'_>) {
        let payload = input.counted().unwrap_or_default();
        let Some(outgoing) = pick(&self.sent, argument) else { return };
        let from = if argument < 128 { outgoing.to } else { SocketAddr::from(([203, 0, 113, argument], 9)) };
        self.monitor.handle_reply(outgoing.association, from, payload, self.now);
    }

    fn datagram_error(&mut self, argument: u8) {
        let Some(outgoing) = pick(&self.sent, argument) else { return };
        let error = IcmpError::too_big(outgoing.to.ip(), u32::from(argument));
        let reporter = (argument < 128).then_some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1)));
        let quoted = vec![argument; usize::from(argument)];
        self.monitor.handle_datagram_error(outgoing.association, outgoing.to, error, reporter, &quoted);
    }

    fn owner(&mut self, argument: u8) {
        let Some(Event::OwnerWanted { flow, tuple }) = pick(&self.wanted, argument) else { return };
        let owner = (argument < 128).then(Owner::default);
        self.monitor.handle_owner(flow, &tuple, owner, self.now);
    }

    fn fail(&mut self, argument: u8) {
        let Some(flow) = pick(&self.flows, argument) else { return };
        let errors = [
            RemoteError::Refused,
            RemoteError::NetworkUnreachable,
            RemoteError::HostUnreachable,
            RemoteError::ProtocolUnreachable,
            RemoteError::Prohibited,
            RemoteError::TimedOut,
        ];
        match errors.get(usize::from(argument / 32)) {
            Some(error) => self.monitor.handle_connect_failed(flow, *error, self.now),
            None if argument.is_multiple_of(2) => self.monitor.handle_remote_reset(flow, self.now),
            None => self.monitor.handle_no_descriptor(flow, Action::Serve(flow), self.now),
        }
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        let mut turns = 0;
        while let Some(due) = self.monitor.poll_timeout().filter(|due| *due <= end) {
            assert!(due > self.now, "the next timeout is not in the future");
            self.now = due;
            self.monitor.handle_timeout(self.now);
            self.settle();
            turns += 1;
            assert!(turns < 200_000, "a timer spins");
        }
        self.now = end;
    }

    fn settle(&mut self) {
        loop {
            while let Some(action) = self.monitor.poll_action() {
                self.act(action);
            }
            let mut sink = Sink(&mut self.sequences);
            self.monitor.poll_packets(self.now, &mut sink);
            if !self.monitor.has_actions() {
                break;
            }
        }
        while let Some(event) = self.monitor.poll_event(self.now) {
            if matches!(event, Event::OwnerWanted { .. }) {
                self.wanted.push(event);
            }
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Connect { flow, .. } => self.flows.push(flow),
            Action::Send(outgoing) => {
                if self.monitor.payload(&outgoing).first() == Some(&0) {
                    self.monitor.refuse_datagram(&outgoing);
                }
                self.sent.push(outgoing);
            }
            Action::Disconnect { flow, .. } => self.flows.retain(|key| *key != flow),
            Action::Serve(_) | Action::Dissociate(_) => {}
        }
    }

    /// Everything ends some time.
    fn wind_up(&mut self) {
        self.pass(3 * TCP_IDLE);
        assert_eq!(self.monitor.flow_count(), 0, "a flow stays for ever");
        assert!(self.monitor.is_empty_handed(), "bytes of no flow");
        assert!(self.monitor.poll_timeout().is_none(), "a timer without a flow");
        assert!(self.flows.is_empty(), "a socket stays open");
        self.monitor.finish(self.now);
    }
}

/// Reads what the machine sends, which must be right.
struct Sink<'a>(&'a mut [u32; 8]);

impl PacketSink for Sink<'_> {
    fn send(&mut self, packet: &[u8]) {
        let read = IpPacket::parse(packet);
        let Ok(read) = read else { panic!("the machine sent {packet:02x?}: {read:?}") };
        assert_eq!(read.bytes.len(), packet.len());
        if let Transport::Tcp(segment) = read.transport {
            let [_, port] = segment.destination_port.to_be_bytes();
            self.0[usize::from(port % 8)] = segment.end();
        }
    }
}

/// An IPv4 packet from the app to one host.
fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(20 + payload.len()).unwrap_or(u16::MAX).to_be_bytes();
    let mut packet = vec![0x45, 0, high, low, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 53];
    packet.extend_from_slice(payload);
    fill_header_checksum(&mut packet);
    packet
}

/// Makes the checksum of an IPv4 header right, which no fuzzer finds by chance.
fn fill_header_checksum(packet: &mut [u8]) {
    let length = packet.first().map_or(0, |first| usize::from(first & 0x0f) * 4);
    if packet.first().is_some_and(|first| first >> 4 == 4) && (20..=packet.len()).contains(&length) {
        packet[10..12].fill(0);
        let sum = Checksum::default().bytes(&packet[..length]).finish();
        packet[10..12].copy_from_slice(&sum);
    }
}

fn pick<T: Clone>(choices: &[T], argument: u8) -> Option<T> {
    choices.get(usize::from(argument) % choices.len().max(1)).cloned()
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
