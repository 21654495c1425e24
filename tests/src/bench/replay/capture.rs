//! A capture as an access point would take it: many flows at once, of few bytes and of many, packet by packet.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Instant;

use etherparse::PacketBuilder;

use super::traffic::{Speakers, Step, look_up, plain};
use crate::pattern;
use crate::servers::hosts;
use crate::world::Family;

/// Flows that are under way at the same time.
const AT_ONCE: usize = 200;
/// Payload of a segment and of a datagram on an Ethernet link.
const SEGMENT: usize = 1448;
const DATAGRAM: usize = 1252;
/// Microseconds from one packet to the next: some 200 Mbit/s.
const PACE: u64 = 50;
/// 2026-03-01, in seconds.
const START: u64 = 1_772_323_200;

/// What was made.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) bytes: u64,
    pub(super) packets: u64,
    pub(super) flows: u64,
}

/// Writes a capture of at least `bytes` to `path`.
pub(super) fn write(path: &Path, bytes: u64) -> io::Result<Made> {
    let mut out = Pcap::create(path)?;
    let mut flows = Flows { speakers: Speakers::new()?, made: 0 };
    let mut running = VecDeque::new();
    while out.made.bytes < bytes {
        while running.len() < AT_ONCE {
            running.extend(flows.next_pair()?);
        }
        if let Some(mut flow) = running.pop_front() {
            flow.send_some(&mut out)?;
            if !flow.is_over() {
                running.push_back(flow);
            }
        }
    }
    for mut flow in running {
        while !flow.is_over() {
            flow.send_some(&mut out)?;
        }
    }
    out.file.flush()?;
    Ok(Made { flows: flows.made, ..out.made })
}

struct Pcap {
    file: BufWriter<File>,
    made: Made,
}

impl Pcap {
    fn create(path: &Path) -> io::Result<Self> {
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1] {
            file.write_all(&word.to_le_bytes())?;
        }
        Ok(Self { file, made: Made { bytes: 24, ..Made::default() } })
    }

    fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        let time = self.made.packets * PACE;
        let length = frame.len() as u64;
        for word in [START + time / 1_000_000, time % 1_000_000, length, length] {
            self.file.write_all(&u32::try_from(word).map_err(io::Error::other)?.to_le_bytes())?;
        }
        self.made.packets += 1;
        self.made.bytes += 16 + length;
        self.file.write_all(frame)
    }
}

/// One flow after the other: TLS, QUIC and plain HTTP, each after the look-up of its host.
struct Flows {
    speakers: Speakers,
    made: u64,
}

impl Flows {
    fn next_pair(&mut self) -> io::Result<[Flow; 2]> {
        let number = self.made / 2;
        let (host, _) = hosts::HOSTS[usize::try_from(number).map_err(io::Error::other)? % hosts::HOSTS.len()];
        let address = hosts::address(host, Family::V4).ok_or(io::ErrorKind::NotFound)?;
        let [_, _, high, low] = u32::try_from(number).map_err(io::Error::other)?.to_be_bytes();
        let app = |port| SocketAddr::new(Ipv4Addr::new(198, 18, high, low).into(), port);
        // A few flows carry most of the bytes, as everywhere.
        let bytes = if number.is_multiple_of(16) { 1_500_000 } else { 12_000 + 700 * usize::from(low) };
        let (port, is_tcp, steps) = match number % 10 {
            0..6 => (443, true, self.speakers.encrypted(host, bytes)?),
            6..9 => {
                let remote = SocketAddr::new(address, 443);
                (443, false, self.speakers.quic(host, remote, Instant::now(), bytes)?)
            }
            _ => (80, true, plain(host, bytes)),
        };
        self.made += 2;
        let resolver = SocketAddr::new(Ipv4Addr::new(198, 18, 0, 53).into(), 53);
        let look_up = look_up(host, address, u16::from_be_bytes([high, low]))?;
        Ok([
            Flow::new(app(40_000), resolver, false, look_up),
            Flow::new(app(50_000), SocketAddr::new(address, port), is_tcp, steps),
        ])
    }
}

struct Flow {
    originator: SocketAddr,
    responder: SocketAddr,
    /// Next sequence numbers of originator and responder; `None` for datagrams.
    sequences: Option<[u32; 2]>,
    steps: VecDeque<Step>,
    is_open: bool,
}

impl Flow {
    fn new(originator: SocketAddr, responder: SocketAddr, is_tcp: bool, steps: Vec<Step>) -> Self {
        let sequences = is_tcp.then_some([1_000, 2_000]);
        Self { originator, responder, sequences, steps: steps.into(), is_open: false }
    }

    fn is_over(&self) -> bool {
        self.steps.is_empty()
    }

    /// Sends what fits into a few packets.
    fn send_some(&mut self, out: &mut Pcap) -> io::Result<()> {
        if !self.is_open {
            self.is_open = true;
            self.exchange(out, [Flags::Syn, Flags::SynAck, Flags::Ack])?;
        }
        match self.steps.pop_front() {
            Some(Step::Up(bytes)) => self.send(out, true, &bytes)?,
            Some(Step::Down(bytes)) => self.send(out, false, &bytes)?,
            Some(Step::Bulk(bytes)) => {
                let now = bytes.min(8 * SEGMENT);
                // Text of no protocol; the first byte of a short header of QUIC.
                self.send(out, false, &[&[0x40], pattern::bytes(bytes % 1000, now)].concat()[..now])?;
                if bytes > now {
                    self.steps.push_front(Step::Bulk(bytes - now));
                }
            }
            None => {}
        }
        if self.is_over() {
            self.exchange(out, [Flags::Fin, Flags::Fin, Flags::Ack])?;
        }
        Ok(())
    }

    /// The three packets that begin or end a connection.
    fn exchange(&mut self, out: &mut Pcap, flags: [Flags; 3]) -> io::Result<()> {
        if self.sequences.is_none() {
            return Ok(());
        }
        for (flags, is_up) in flags.into_iter().zip([true, false, true]) {
            self.packet(out, is_up, flags, &[])?;
        }
        Ok(())
    }

    fn send(&mut self, out: &mut Pcap, is_up: bool, bytes: &[u8]) -> io::Result<()> {
        let size = if self.sequences.is_some() { SEGMENT } else { DATAGRAM };
        for (index, piece) in bytes.chunks(size).enumerate() {
            self.packet(out, is_up, Flags::Ack, piece)?;
            if self.sequences.is_some() && index % 2 == 1 {
                self.packet(out, !is_up, Flags::Ack, &[])?;
            }
        }
        Ok(())
    }

    fn packet(&mut self, out: &mut Pcap, is_up: bool, flags: Flags, payload: &[u8]) -> io::Result<()> {
        let (from, to) =
            if is_up { (self.originator, self.responder) } else { (self.responder, self.originator) };
        let (IpAddr::V4(source), IpAddr::V4(destination)) = (from.ip(), to.ip()) else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        let (own, other) = (usize::from(!is_up), usize::from(is_up));
        let ip = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2]).ipv4(
            source.octets(),
            destination.octets(),
            64,
        );
        let mut frame = Vec::with_capacity(payload.len() + 54);
        match &mut self.sequences {
            None => ip.udp(from.port(), to.port()).write(&mut frame, payload).map_err(io::Error::other)?,
            Some(sequences) => {
                let tcp = ip.tcp(from.port(), to.port(), sequences[own], 65_000);
                let tcp = match flags {
                    Flags::Syn => tcp.syn(),
                    Flags::SynAck => tcp.syn().ack(sequences[other]),
                    Flags::Ack => tcp.ack(sequences[other]),
                    Flags::Fin => tcp.fin().ack(sequences[other]),
                };
                tcp.write(&mut frame, payload).map_err(io::Error::other)?;
                let length = u32::try_from(payload.len()).map_err(io::Error::other)?;
                sequences[own] += length + u32::from(!matches!(flags, Flags::Ack));
            }
        }
        out.write(&frame)
    }
}

#[derive(Clone, Copy)]
enum Flags {
    Syn,
    SynAck,
    Ack,
    Fin,
}
