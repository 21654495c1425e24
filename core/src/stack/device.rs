//! smoltcp's device: one packet in, any number out, nothing kept.

use std::net::IpAddr;
use std::num::NonZeroUsize;

use smoltcp::phy::{self, Checksum, Device, DeviceCapabilities, Medium};
use smoltcp::time::Instant;

use crate::limits::{MAX_PACKET, MAX_TUN_WRITE};
use crate::packet::{PacketSink, compose};

/// A device for the time of one call into smoltcp.
pub(super) struct Pipe<'a> {
    pub(super) incoming: Option<&'a [u8]>,
    /// At least [`MAX_PACKET`] bytes in which packets are written before they are sent.
    pub(super) scratch: &'a mut [u8],
    pub(super) sink: &'a mut dyn PacketSink,
    pub(super) window: WindowLimit,
}

/// What the app may send at most before it is answered, whatever room the ring has.
#[derive(Debug, Clone, Copy)]
pub(super) struct WindowLimit {
    pub(super) bytes: usize,
    /// Binary logarithm of the unit in which this connection counts windows (RFC 7323 section 2).
    pub(super) shift: u8,
}

impl WindowLimit {
    /// As much as the ring has room for.
    pub(super) const NONE: Self = Self { bytes: usize::MAX, shift: 0 };

    /// Lowers the window in a TCP header.
    fn apply(self, segment: &mut [u8]) {
        const FLAGS: usize = 13;
        const SYN: u8 = 0x02;
        if self.bytes == usize::MAX {
            return;
        }
        // Windows of a SYN are never scaled.
        let shift = if segment[FLAGS] & SYN == 0 { self.shift } else { 0 };
        let limit = u16::try_from(self.bytes >> shift).unwrap_or(u16::MAX);
        let window = u16::from_be_bytes([segment[14], segment[15]]).min(limit);
        segment[14..16].copy_from_slice(&window.to_be_bytes());
    }
}

/// The packet that came in.
pub(super) struct Incoming<'a>(&'a [u8]);

/// Room for a packet that goes out.
pub(super) struct Outgoing<'a> {
    scratch: &'a mut [u8],
    sink: &'a mut dyn PacketSink,
    window: WindowLimit,
}

impl Device for Pipe<'_> {
    type RxToken<'b>
        = Incoming<'b>
    where
        Self: 'b;
    type TxToken<'b>
        = Outgoing<'b>
    where
        Self: 'b;

    fn receive(&mut self, _: Instant) -> Option<(Incoming<'_>, Outgoing<'_>)> {
        let packet = self.incoming.take()?;
        Some((Incoming(packet), Outgoing { scratch: self.scratch, sink: self.sink, window: self.window }))
    }

    fn transmit(&mut self, _: Instant) -> Option<Outgoing<'_>> {
        Some(Outgoing { scratch: self.scratch, sink: self.sink, window: self.window })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        // The app's own MSS keeps its packets below the TUN's MTU. Ours is not a limit: smoltcp would drop
        // IPv6 packets beyond it even where it may hand over larger ones.
        capabilities.max_transmission_unit = MAX_PACKET;
        // What comes from the local kernel is not verified; TCP's sum is filled in by `Outgoing`, faster.
        capabilities.checksum.ipv4 = Checksum::Tx;
        capabilities.checksum.tcp = Checksum::None;
        // A TUN takes packets far beyond its MTU: a whole "super segment" costs one system call.
        capabilities.segmentation.tcpv4 = NonZeroUsize::new(MAX_TUN_WRITE);
        capabilities.segmentation.tcpv6 = NonZeroUsize::new(MAX_TUN_WRITE);
        capabilities
    }
}

impl phy::RxToken for Incoming<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(self.0)
    }
}

impl phy::TxToken for Outgoing<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, write: F) -> R {
        let packet = &mut self.scratch[..length];
        let result = write(packet);
        if let Some((from, to)) = addresses(packet) {
            self.window.apply(&mut packet[compose::ip_header_length(from)..]);
            compose::fill_tcp_checksum(packet, from, to);
        }
        self.sink.send(packet);
        result
    }
}

/// The addresses of a TCP packet that smoltcp wrote: never with options or extensions. It also writes ICMP,
/// with a checksum of its own.
fn addresses(packet: &[u8]) -> Option<(IpAddr, IpAddr)> {
    const TCP: u8 = 6;
    let is_v4 = packet.first()? >> 4 == 4;
    if packet[if is_v4 { 9 } else { 6 }] != TCP {
        return None;
    }
    Some(if is_v4 {
        (v4(&packet[12..])?, v4(&packet[16..])?)
    } else {
        (v6(&packet[8..])?, v6(&packet[24..])?)
    })
}

fn v4(bytes: &[u8]) -> Option<IpAddr> {
    bytes.first_chunk::<4>().map(|octets| IpAddr::from(*octets))
}

fn v6(bytes: &[u8]) -> Option<IpAddr> {
    bytes.first_chunk::<16>().map(|octets| IpAddr::from(*octets))
}
