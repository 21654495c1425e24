//! Bytes of the TUN turned into typed packets, and back.
//!
//! [`IpPacket::parse`] is the only entry from raw bytes, [`CapturedPacket::parse`] that for bytes of a capture;
//! whatever holds such a packet cannot fail on a length any more. The other way, [`compose`] writes the packets that the machine itself sends.

mod address;
mod captured;
pub mod checksum;
pub mod compose;
mod five_tuple;
mod icmp;
mod parse;
mod reassembly;

pub use address::{NotRelayed, not_relayed};
pub use captured::{CapturedPacket, CapturedTransport};
pub use five_tuple::{FiveTuple, Protocol};
pub use icmp::IcmpError;
pub use parse::{EchoRequest, Fragment, IpHeader, IpPacket, Malformed, TcpSegment, Transport, UdpDatagram};
pub use reassembly::{Reassembled, Reassembler};

/// Takes finished IP packets on their way to the app.
pub trait PacketSink {
    /// Sends one whole IP packet. It may be larger than the MTU: a TUN takes up to 65 535 bytes.
    fn send(&mut self, packet: &[u8]);
}

/// Packets kept in one buffer until a [`PacketSink`] takes them.
#[derive(Debug, Default)]
pub struct PacketQueue {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl PacketQueue {
    /// Appends the packet that `write` adds to the end of the buffer.
    pub fn push_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    /// Hands everything over, oldest first, and keeps the memory for the next time.
    pub fn drain_into(&mut self, sink: &mut dyn PacketSink) {
        let mut start = 0;
        for end in self.ends.drain(..) {
            sink.send(&self.bytes[start..end]);
            start = end;
        }
        self.bytes.clear();
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl PacketSink for PacketQueue {
    fn send(&mut self, packet: &[u8]) {
        self.push_with(|bytes| bytes.extend_from_slice(packet));
    }
}
