//! The packets that the machine itself sends to the app, appended to a buffer.

use std::net::{IpAddr, SocketAddr};

use super::checksum::Checksum;
use super::icmp::IcmpError;
use super::parse::TcpSegment;

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP_V6: u8 = 58;
/// RFC 1700; also Linux' default, so that a packet of ours looks like any other.
const HOP_LIMIT: u8 = 64;
/// An ICMP error quotes as much as fits: 576 bytes (RFC 1812 section 4.3.2.3), 1280 (RFC 4443 section 3.1).
const LARGEST_ERROR_V4: usize = 576;
const LARGEST_ERROR_V6: usize = 1280;

/// Header length of an IP packet without options, which is all that is written here.
pub fn ip_header_length(address: IpAddr) -> usize {
    if address.is_ipv4() { 20 } else { 40 }
}

/// The largest UDP or ICMP message, header included, that fits into one IP packet to `address`.
///
/// IPv4 counts its own header in its 16-bit length, IPv6 does not.
pub fn largest_payload(address: IpAddr) -> usize {
    usize::from(u16::MAX) - if address.is_ipv4() { ip_header_length(address) } else { 0 }
}

/// A UDP datagram. `payload` must leave room for the header: at most [`largest_payload`] less 8.
pub fn udp(out: &mut Vec<u8>, from: SocketAddr, to: SocketAddr, payload: &[u8]) {
    let length = length_field(8 + payload.len());
    let checksum_at = begin(out, from.ip(), to.ip(), UDP, 8 + payload.len()) + 6;
    out.extend_from_slice(&from.port().to_be_bytes());
    out.extend_from_slice(&to.port().to_be_bytes());
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(payload);
    let sum = transport_checksum(&out[checksum_at - 6..], from.ip(), to.ip(), UDP);
    // A computed 0 is sent as all ones; 0 would say "no checksum" (RFC 768).
    let sum = if sum == [0, 0] { [0xff, 0xff] } else { sum };
    out[checksum_at..checksum_at + 2].copy_from_slice(&sum);
}

/// The answer to an echo request.
pub fn echo_reply(
    out: &mut Vec<u8>,
    from: IpAddr,
    to: IpAddr,
    identifier: u16,
    sequence: u16,
    payload: &[u8],
) {
    let (protocol, kind) = if from.is_ipv4() { (ICMP, 0) } else { (ICMP_V6, 129) };
    let start = begin(out, from, to, protocol, 8 + payload.len());
    out.extend_from_slice(&[kind, 0, 0, 0]);
    out.extend_from_slice(&identifier.to_be_bytes());
    out.extend_from_slice(&sequence.to_be_bytes());
    out.extend_from_slice(payload);
    finish_icmp(out, start, from, to);
}

/// An ICMP error about `quoted`, a packet that `to` sent (or its beginning, as far as it is known).
pub fn icmp_error(out: &mut Vec<u8>, from: IpAddr, to: IpAddr, error: IcmpError, quoted: &[u8]) {
    let (protocol, largest) =
        if from.is_ipv4() { (ICMP, LARGEST_ERROR_V4) } else { (ICMP_V6, LARGEST_ERROR_V6) };
    let quoted = &quoted[..quoted.len().min(largest - ip_header_length(from) - 8)];
    let start = begin(out, from, to, protocol, 8 + quoted.len());
    out.extend_from_slice(&[error.kind, error.code, 0, 0]);
    out.extend_from_slice(&error.info.to_be_bytes());
    out.extend_from_slice(quoted);
    finish_icmp(out, start, from, to);
}

/// The beginning of a packet such as the app sent it: what an ICMP error quotes when the packet itself is gone.
///
/// `transport` begins with the transport header. The IP length is that of `transport`.
pub fn quote(out: &mut Vec<u8>, from: IpAddr, to: IpAddr, protocol: u8, transport: &[u8]) {
    begin(out, from, to, protocol, transport.len());
    out.extend_from_slice(transport);
}

/// The IP protocol number of UDP.
pub const fn udp_number() -> u8 {
    UDP
}

/// The IP protocol number of ICMP in the family of `address`.
pub const fn icmp_number(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => ICMP,
        IpAddr::V6(_) => ICMP_V6,
    }
}

/// The reset that answers `segment`, which the app sent `from` there (RFC 9293 section 3.10.7.1).
pub fn tcp_reset(out: &mut Vec<u8>, from: SocketAddr, to: SocketAddr, segment: &TcpSegment<'_>) {
    const RST: u8 = 0x04;
    const ACK: u8 = 0x10;
    let (sequence, acknowledgment, flags) = match segment.acknowledgment {
        Some(acknowledged) => (acknowledged, 0, RST),
        None => (0, segment.end(), RST | ACK),
    };
    let start = begin(out, from.ip(), to.ip(), TCP, 20);
    out.extend_from_slice(&from.port().to_be_bytes());
    out.extend_from_slice(&to.port().to_be_bytes());
    out.extend_from_slice(&sequence.to_be_bytes());
    out.extend_from_slice(&acknowledgment.to_be_bytes());
    out.extend_from_slice(&[5 << 4, flags, 0, 0, 0, 0, 0, 0]);
    let sum = transport_checksum(&out[start..], from.ip(), to.ip(), TCP);
    out[start + 16..start + 18].copy_from_slice(&sum);
}

/// Puts the TCP checksum into a whole IP packet whose header has no options or extensions.
pub fn fill_tcp_checksum(packet: &mut [u8], from: IpAddr, to: IpAddr) {
    let segment = &mut packet[ip_header_length(from)..];
    segment[16..18].copy_from_slice(&[0, 0]);
    let sum = transport_checksum(segment, from, to, TCP);
    segment[16..18].copy_from_slice(&sum);
}

/// Appends an IP header for `length` bytes of payload; answers with the offset where these begin.
fn begin(out: &mut Vec<u8>, from: IpAddr, to: IpAddr, protocol: u8, length: usize) -> usize {
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let mut header =
                [0x45, 0, 0, 0, 0, 0, 0x40, 0, HOP_LIMIT, protocol, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            header[2..4].copy_from_slice(&length_field(20 + length).to_be_bytes());
            header[12..16].copy_from_slice(&from.octets());
            header[16..20].copy_from_slice(&to.octets());
            let sum = Checksum::default().bytes(&header).finish();
            header[10..12].copy_from_slice(&sum);
            out.extend_from_slice(&header);
        }
        (from, to) => {
            out.extend_from_slice(&[0x60, 0, 0, 0]);
            out.extend_from_slice(&length_field(length).to_be_bytes());
            out.extend_from_slice(&[protocol, HOP_LIMIT]);
            out.extend_from_slice(&as_v6(from));
            out.extend_from_slice(&as_v6(to));
        }
    }
    out.len()
}

fn as_v6(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

/// Callers keep within one IP packet; should one not, the packet is short, never the process dead.
fn length_field(length: usize) -> u16 {
    debug_assert!(length <= usize::from(u16::MAX), "{length} bytes do not fit an IP packet");
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn finish_icmp(out: &mut [u8], start: usize, from: IpAddr, to: IpAddr) {
    let message = &out[start..];
    let sum = match from {
        IpAddr::V4(_) => Checksum::default().bytes(message).finish(),
        IpAddr::V6(_) => transport_checksum(message, from, to, ICMP_V6),
    };
    out[start + 2..start + 4].copy_from_slice(&sum);
}

fn transport_checksum(message: &[u8], from: IpAddr, to: IpAddr, protocol: u8) -> [u8; 2] {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    Checksum::pseudo(from, to, protocol, length).bytes(message).finish()
}

#[cfg(test)]
mod tests {
    use etherparse::{IpSlice, SlicedPacket, TransportSlice};

    use super::super::{IpPacket, Transport};
    use super::*;

    fn sockets(family: u8) -> (SocketAddr, SocketAddr) {
        match family {
            4 => ("198.18.0.1:53".parse().unwrap(), "198.18.9.1:4000".parse().unwrap()),
            _ => ("[2001:db8::1]:53".parse().unwrap(), "[2001:db8:9::1]:4000".parse().unwrap()),
        }
    }

    #[test]
    fn datagrams_carry_a_right_checksum() {
        for family in [4, 6] {
            let (from, to) = sockets(family);
            let mut out = Vec::new();
            udp(&mut out, from, to, b"odd");
            let sliced = SlicedPacket::from_ip(&out).unwrap();
            let Some(TransportSlice::Udp(datagram)) = &sliced.transport else { panic!() };
            let expected = match IpSlice::from_slice(&out).unwrap() {
                IpSlice::Ipv4(v4) => {
                    datagram.to_header().calc_checksum_ipv4(&v4.header().to_header(), datagram.payload())
                }
                IpSlice::Ipv6(v6) => {
                    datagram.to_header().calc_checksum_ipv6(&v6.header().to_header(), datagram.payload())
                }
            };
            assert_eq!(datagram.checksum(), expected.unwrap());
        }
    }

    #[test]
    fn the_largest_datagram_is_written_whole() {
        for family in [4, 6] {
            let (from, to) = sockets(family);
            let payload = vec![7; largest_payload(to.ip()) - 8];
            let mut out = Vec::new();
            udp(&mut out, from, to, &payload);
            let packet = IpPacket::parse(&out).unwrap();
            let Transport::Udp(datagram) = packet.transport else { panic!() };
            assert_eq!(datagram.payload.len(), payload.len());
        }
    }

    #[test]
    fn errors_quote_within_their_limit() {
        for (family, largest) in [(4, LARGEST_ERROR_V4), (6, LARGEST_ERROR_V6)] {
            let (from, to) = sockets(family);
            let mut out = Vec::new();
            icmp_error(&mut out, from.ip(), to.ip(), IcmpError::port_unreachable(from.ip()), &[9; 3000]);
            assert_eq!(out.len(), largest);
            assert!(matches!(IpPacket::parse(&out).unwrap().transport, Transport::OtherIcmp));
        }
    }
}
