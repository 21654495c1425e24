//! IP packets as captures hold them: cut short, with checksums and lengths that a network card was to fill in, and
//! seen from both sides.

use std::net::{IpAddr, SocketAddr};

use etherparse::{Ipv6ExtensionSlice, LaxIpSlice};

use super::compose::icmp_number;
use super::parse::{Fragment, IpHeader, Malformed, TcpSegment, UdpDatagram};
use super::{FiveTuple, IcmpError, Protocol};

/// One IP packet of a capture.
#[derive(Debug)]
pub struct CapturedPacket<'a> {
    pub header: IpHeader,
    /// What the payload is, behind all extension headers.
    pub protocol: u8,
    /// As much of it as was captured.
    pub payload: &'a [u8],
    /// How long it was when it passed.
    pub payload_length: usize,
    /// It is a piece of a packet, and `payload` a piece of its payload.
    pub fragment: Option<Fragment<'a>>,
}

/// What a captured packet carries, from its source to its destination.
#[derive(Debug)]
pub enum CapturedTransport<'a> {
    /// `length` is that of the payload when it passed.
    Tcp {
        segment: TcpSegment<'a>,
        length: usize,
    },
    Udp {
        datagram: UdpDatagram<'a>,
        length: usize,
    },
    Echo {
        identifier: u16,
        is_reply: bool,
        length: usize,
    },
    /// The destination of `quoted`, a packet that came before, cannot be reached.
    Unreachable {
        error: IcmpError,
        quoted: &'a [u8],
    },
    /// An IP packet in an IP packet.
    Ip,
    Gre,
    Other,
}

impl<'a> CapturedPacket<'a> {
    /// Reads `bytes`, which were `original_length` long when they passed. Checksums are not looked at, for network
    /// cards compute them after the capture.
    ///
    /// # Errors
    /// Nothing can be read without a whole IP header.
    pub fn parse(bytes: &'a [u8], original_length: usize) -> Result<Self, Malformed> {
        let version = bytes.first().map(|first| first >> 4);
        let (slice, _) = LaxIpSlice::from_slice(bytes).map_err(|_| match version {
            Some(4 | 6) => Malformed::IpHeader,
            _ => Malformed::Version,
        })?;
        let payload = slice.payload();
        let payload_at = (payload.payload.as_ptr() as usize).saturating_sub(bytes.as_ptr() as usize);
        let stated = stated_length(&slice).unwrap_or(original_length);
        Ok(Self {
            header: header_of(&slice),
            protocol: payload.ip_number.0,
            payload: payload.payload,
            payload_length: stated.saturating_sub(payload_at).max(payload.payload.len()),
            fragment: if payload.fragmented { fragment_of(&slice) } else { None },
        })
    }

    /// Whether bytes of it were not captured.
    pub fn is_cut(&self) -> bool {
        self.payload.len() < self.payload_length
    }

    /// Reads the payload of a packet that is whole, or the first fragment of one.
    ///
    /// # Errors
    /// A transport header that is not there, or broken.
    pub fn transport(&self) -> Result<CapturedTransport<'a>, Malformed> {
        match self.protocol {
            4 | 41 => Ok(CapturedTransport::Ip),
            6 => self.tcp(),
            17 => self.udp(),
            47 => Ok(CapturedTransport::Gre),
            protocol if protocol == icmp_number(self.header.source) => self.icmp(),
            _ => Ok(CapturedTransport::Other),
        }
    }

    /// The flow in the direction of this packet, if it is one of TCP or UDP; for quoted packets, which hold little
    /// more than the ports.
    pub fn quoted_tuple(&self) -> Option<FiveTuple> {
        let protocol = match self.protocol {
            6 => Protocol::Tcp,
            17 => Protocol::Udp,
            _ => return None,
        };
        let (source, destination) = (word(self.payload, 0)?, word(self.payload, 2)?);
        Some(FiveTuple {
            originator: SocketAddr::new(self.header.source, source),
            responder: SocketAddr::new(self.header.destination, destination),
            protocol,
        })
    }

    /// RFC 9293 section 3.1. Options may be cut off.
    fn tcp(&self) -> Result<CapturedTransport<'a>, Malformed> {
        const FIN: u8 = 0x01;
        const SYN: u8 = 0x02;
        const RST: u8 = 0x04;
        const ACK: u8 = 0x10;
        let bytes = self.payload;
        let read = || {
            let flags = *bytes.get(13)?;
            let header = usize::from(bytes[12] >> 4) * 4;
            let segment = TcpSegment {
                source_port: word(bytes, 0)?,
                destination_port: word(bytes, 2)?,
                sequence: long(bytes, 4)?,
                acknowledgment: if flags & ACK != 0 { long(bytes, 8) } else { None },
                syn: flags & SYN != 0,
                fin: flags & FIN != 0,
                rst: flags & RST != 0,
                payload: bytes.get(header..).unwrap_or_default(),
            };
            let length = self.payload_length.checked_sub(header)?;
            (header >= 20).then_some(CapturedTransport::Tcp { segment, length })
        };
        read().ok_or(Malformed::TcpHeader)
    }

    /// RFC 768. A length of 0 is that of a jumbogram, or one that was never filled in.
    fn udp(&self) -> Result<CapturedTransport<'a>, Malformed> {
        const HEADER: usize = 8;
        let read = || {
            let stated = match usize::from(word(self.payload, 4)?) {
                0 => self.payload_length,
                stated => stated.min(self.payload_length),
            };
            let length = stated.checked_sub(HEADER)?;
            let payload = self.payload.get(HEADER..)?;
            let datagram = UdpDatagram {
                source_port: word(self.payload, 0)?,
                destination_port: word(self.payload, 2)?,
                payload: &payload[..payload.len().min(length)],
            };
            Some(CapturedTransport::Udp { datagram, length })
        };
        read().ok_or(Malformed::UdpHeader)
    }

    /// RFC 792 and RFC 4443 section 2.1.
    fn icmp(&self) -> Result<CapturedTransport<'a>, Malformed> {
        const HEADER: usize = 8;
        let (Some(&[kind, code]), Some(quoted)) = (self.payload.first_chunk(), self.payload.get(HEADER..))
        else {
            return Err(Malformed::IcmpHeader);
        };
        let echo = |is_reply| CapturedTransport::Echo {
            identifier: word(self.payload, 4).unwrap_or_default(),
            is_reply,
            length: self.payload_length - HEADER,
        };
        Ok(match (self.header.source, kind, code) {
            (IpAddr::V4(_), 8, _) | (IpAddr::V6(_), 128, _) => echo(false),
            (IpAddr::V4(_), 0, _) | (IpAddr::V6(_), 129, _) => echo(true),
            // Code 4 of IPv4 asks for smaller packets.
            (IpAddr::V4(_), 3, 0..=3 | 5..) | (IpAddr::V6(_), 1, _) => {
                CapturedTransport::Unreachable { error: IcmpError { kind, code, info: 0 }, quoted }
            }
            _ => CapturedTransport::Other,
        })
    }
}

fn header_of(slice: &LaxIpSlice<'_>) -> IpHeader {
    let (hop_limit, dont_fragment) = match slice {
        LaxIpSlice::Ipv4(v4) => (v4.header().ttl(), v4.header().dont_fragment()),
        LaxIpSlice::Ipv6(v6) => (v6.header().hop_limit(), !v6.is_payload_fragmented()),
    };
    IpHeader { source: slice.source_addr(), destination: slice.destination_addr(), hop_limit, dont_fragment }
}

/// The length that the header states, unless it leaves that to the network card.
fn stated_length(slice: &LaxIpSlice<'_>) -> Option<usize> {
    const V6_HEADER: usize = 40;
    match slice {
        LaxIpSlice::Ipv4(v4) => {
            let stated = usize::from(v4.header().total_len());
            (stated >= v4.header().slice().len()).then_some(stated)
        }
        LaxIpSlice::Ipv6(v6) => match v6.header().payload_length() {
            0 => None,
            stated => Some(V6_HEADER + usize::from(stated)),
        },
    }
}

fn fragment_of<'a>(slice: &LaxIpSlice<'a>) -> Option<Fragment<'a>> {
    let payload = slice.payload();
    let (identification, offset, more) = match slice {
        LaxIpSlice::Ipv4(v4) => {
            let header = v4.header();
            let offset = header.fragments_offset().byte_offset();
            (u32::from(header.identification()), offset, header.more_fragments())
        }
        LaxIpSlice::Ipv6(v6) => {
            v6.extensions().clone().into_iter().find_map(|extension| match extension {
                Ipv6ExtensionSlice::Fragment(fragment) => Some((
                    fragment.identification(),
                    fragment.fragment_offset().byte_offset(),
                    fragment.more_fragments(),
                )),
                Ipv6ExtensionSlice::HopByHop(_)
                | Ipv6ExtensionSlice::Routing(_)
                | Ipv6ExtensionSlice::DestinationOptions(_)
                | Ipv6ExtensionSlice::Authentication(_) => None,
            })?
        }
    };
    Some(Fragment { identification, protocol: payload.ip_number.0, offset, more, payload: payload.payload })
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes)
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use etherparse::PacketBuilder;
    use proptest::prelude::*;

    use super::*;

    fn segment() -> Vec<u8> {
        let mut packet = Vec::new();
        let builder = PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64).tcp(1000, 443, 7, 100);
        builder.write(&mut packet, b"hello").unwrap();
        packet
    }

    fn payload(packet: &[u8], original: usize) -> Option<(Vec<u8>, usize)> {
        let packet = CapturedPacket::parse(packet, original).ok()?;
        let CapturedTransport::Tcp { segment, length } = packet.transport().ok()? else {
            panic!("{packet:?}")
        };
        Some((segment.payload.to_vec(), length))
    }

    #[test]
    fn a_cut_packet_knows_its_length() {
        let whole = segment();
        assert_eq!(payload(&whole, whole.len()), Some((b"hello".to_vec(), 5)));
        assert_eq!(payload(&whole[..42], whole.len()), Some((b"he".to_vec(), 5)));
        assert_eq!(payload(&whole[..36], whole.len()), Some((Vec::new(), 5)));
        assert_eq!(payload(&whole[..30], whole.len()), None);
    }

    #[test]
    fn padding_is_no_payload() {
        let mut padded = segment();
        padded.extend_from_slice(&[0; 9]);
        assert_eq!(payload(&padded, padded.len()), Some((b"hello".to_vec(), 5)));
    }

    #[test]
    fn lengths_and_checksums_may_be_missing() {
        let mut packet = segment();
        packet[2..4].copy_from_slice(&[0, 0]);
        packet[10..12].copy_from_slice(&[0, 0]);
        assert_eq!(payload(&packet, packet.len() + 60_000), Some((b"hello".to_vec(), 60_005)));
    }

    proptest! {
        #[test]
        fn never_panics(mut bytes in proptest::collection::vec(any::<u8>(), 1..120), version in 4u8..8, protocol in prop_oneof![Just(1u8), Just(6), Just(17), Just(58), any::<u8>()]) {
            bytes[0] = version << 4 | 5;
            if let Some(field) = bytes.get_mut(if version == 4 { 9 } else { 6 }) { *field = protocol; }
            if let Ok(packet) = CapturedPacket::parse(&bytes, bytes.len()) {
                prop_assert!(packet.payload.len() <= packet.payload_length);
                let _ = packet.transport();
                let _ = packet.quoted_tuple();
            }
        }
    }
}
