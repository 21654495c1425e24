//! Frames as networks carry them, and hostile ones.

mod damage;
mod flows;
mod wrappings;

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
