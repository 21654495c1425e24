//! Raw bytes checked once, then typed.

use std::net::{IpAddr, SocketAddr};

use etherparse::{Icmpv4Type, Icmpv6Type, IpNumber, IpSlice, TcpSlice, UdpSlice};
use serde::Serialize;

use super::checksum::Checksum;

/// Why bytes are no packet. The names count as statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Malformed {
    #[error("neither IPv4 nor IPv6")]
    Version,
    #[error("the IP header or its extensions are broken")]
    IpHeader,
    #[error("a length field promises more bytes than there are")]
    Length,
    #[error("the IPv4 header checksum is wrong")]
    HeaderChecksum,
    #[error("the TCP header is broken")]
    TcpHeader,
    #[error("the UDP header is broken")]
    UdpHeader,
    #[error("the ICMP header is broken")]
    IcmpHeader,
    #[error("fragments overlap or exceed 65 535 bytes")]
    Fragments,
}

/// What the relay needs of an IP header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IpHeader {
    pub source: IpAddr,
    pub destination: IpAddr,
    /// Time to live or hop limit.
    pub hop_limit: u8,
    /// A router must not fragment it: the DF bit of IPv4; every IPv6 packet that is no fragment.
    pub dont_fragment: bool,
}

/// One IP packet.
#[derive(Debug)]
pub struct IpPacket<'a> {
    pub header: IpHeader,
    pub transport: Transport<'a>,
    /// The whole packet, without what may follow its stated length.
    pub bytes: &'a [u8],
}

/// The payload of an IP packet.
#[derive(Debug)]
pub enum Transport<'a> {
    Tcp(TcpSegment<'a>),
    Udp(UdpDatagram<'a>),
    Echo(EchoRequest<'a>),
    /// Part of a packet: give it to the [`super::Reassembler`].
    Fragment(Fragment<'a>),
    /// ICMP other than an echo request.
    OtherIcmp,
    /// A protocol that is not relayed. `field_at` is the offset of the header field that names it.
    Unsupported {
        protocol: u8,
        field_at: u32,
    },
}

/// A TCP segment; the stack reads the rest from the packet's bytes.
#[derive(Debug, Clone, Copy)]
pub struct TcpSegment<'a> {
    pub source_port: u16,
    pub destination_port: u16,
    pub sequence: u32,
    pub acknowledgment: Option<u32>,
    pub syn: bool,
    pub fin: bool,
    pub rst: bool,
    pub payload: &'a [u8],
}

/// A UDP datagram.
#[derive(Debug, Clone, Copy)]
pub struct UdpDatagram<'a> {
    pub source_port: u16,
    pub destination_port: u16,
    pub payload: &'a [u8],
}

/// An ICMP or ICMPv6 echo request.
#[derive(Debug, Clone, Copy)]
pub struct EchoRequest<'a> {
    pub identifier: u16,
    pub sequence: u16,
    pub payload: &'a [u8],
}

/// A piece of a fragmented packet.
#[derive(Debug, Clone, Copy)]
pub struct Fragment<'a> {
    pub identification: u32,
    pub protocol: u8,
    /// Where `payload` stands in the whole, in bytes.
    pub offset: u16,
    pub more: bool,
    pub payload: &'a [u8],
}

impl<'a> IpPacket<'a> {
    /// Reads one packet from what a TUN delivered. Extension headers of IPv6 are skipped.
    ///
    /// Transport checksums are not verified: the packet comes from the kernel of this machine.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let slice = IpSlice::from_slice(bytes).map_err(|error| ip_error(&error, bytes))?;
        let header = header_of(&slice)?;
        let payload = slice.payload();
        let bytes = &bytes[..end_of(bytes, payload.payload)];
        let transport = if payload.fragmented {
            Transport::Fragment(fragment_of(&slice)?)
        } else {
            let field_at = next_header_field(&slice, bytes);
            Transport::parse(payload.ip_number.0, payload.payload, header.source, field_at)?
        };
        Ok(Self { header, transport, bytes })
    }
}

impl<'a> Transport<'a> {
    /// Reads the payload of a whole packet; `source` tells the family of ICMP.
    fn parse(protocol: u8, payload: &'a [u8], source: IpAddr, field_at: u32) -> Result<Self, Malformed> {
        match (IpNumber(protocol), source) {
            (IpNumber::TCP, _) => tcp(payload).map(Self::Tcp),
            (IpNumber::UDP, _) => udp(payload).map(Self::Udp),
            (IpNumber::ICMP, IpAddr::V4(_)) => icmp_v4(payload),
            (IpNumber::IPV6_ICMP, IpAddr::V6(_)) => icmp_v6(payload),
            _ => Ok(Self::Unsupported { protocol, field_at }),
        }
    }
}

impl TcpSegment<'_> {
    /// A SYN that opens a connection, and nothing else.
    pub fn is_opening(&self) -> bool {
        self.syn && !self.fin && !self.rst && self.acknowledgment.is_none()
    }

    /// The sequence number after this segment; SYN and FIN count (RFC 9293 section 3.4).
    pub fn end(&self) -> u32 {
        let length = u32::try_from(self.payload.len()).unwrap_or(u32::MAX);
        self.sequence.wrapping_add(length).wrapping_add(u32::from(self.syn)).wrapping_add(u32::from(self.fin))
    }
}

impl IpHeader {
    /// The originator of a packet that the app sent from `port`.
    pub fn source_socket(&self, port: u16) -> SocketAddr {
        SocketAddr::new(self.source, port)
    }

    /// The responder of a packet that the app sent to `port`.
    pub fn destination_socket(&self, port: u16) -> SocketAddr {
        SocketAddr::new(self.destination, port)
    }
}

fn ip_error(error: &etherparse::err::ip::SliceError, bytes: &[u8]) -> Malformed {
    match bytes.first().map(|first| first >> 4) {
        Some(4 | 6) => {}
        _ => return Malformed::Version,
    }
    match error {
        etherparse::err::ip::SliceError::Len(_) => Malformed::Length,
        etherparse::err::ip::SliceError::IpHeaders(_) => Malformed::IpHeader,
    }
}

fn header_of(slice: &IpSlice<'_>) -> Result<IpHeader, Malformed> {
    match slice {
        IpSlice::Ipv4(v4) => {
            let header = v4.header();
            if Checksum::default().bytes(header.slice()).finish() != [0, 0] {
                return Err(Malformed::HeaderChecksum);
            }
            Ok(IpHeader {
                source: header.source_addr().into(),
                destination: header.destination_addr().into(),
                hop_limit: header.ttl(),
                dont_fragment: header.dont_fragment(),
            })
        }
        IpSlice::Ipv6(v6) => Ok(IpHeader {
            source: v6.header().source_addr().into(),
            destination: v6.header().destination_addr().into(),
            hop_limit: v6.header().hop_limit(),
            dont_fragment: !v6.is_payload_fragmented(),
        }),
    }
}

/// Offset of the first byte behind `payload`, which lies within `bytes`.
fn end_of(bytes: &[u8], payload: &[u8]) -> usize {
    (payload.as_ptr() as usize + payload.len()).saturating_sub(bytes.as_ptr() as usize).min(bytes.len())
}

/// Where the header field stands that names the transport: the ICMPv6 parameter problem points at it.
fn next_header_field(slice: &IpSlice<'_>, bytes: &[u8]) -> u32 {
    const V4_PROTOCOL: u32 = 9;
    const V6_NEXT_HEADER: u32 = 6;
    let IpSlice::Ipv6(v6) = slice else { return V4_PROTOCOL };
    let mut field = V6_NEXT_HEADER;
    let mut header_at = 40;
    for extension in v6.extensions().clone() {
        field = header_at;
        header_at += extension_length(&extension, bytes, header_at);
    }
    field
}

/// RFC 8200 section 4: all but the fragment header carry their length in units of eight bytes.
fn extension_length(extension: &etherparse::Ipv6ExtensionSlice<'_>, bytes: &[u8], at: u32) -> u32 {
    let length_byte = usize::try_from(at + 1).ok().and_then(|at| bytes.get(at)).copied().unwrap_or(0);
    match extension {
        etherparse::Ipv6ExtensionSlice::Fragment(_) => 8,
        etherparse::Ipv6ExtensionSlice::Authentication(_) => (u32::from(length_byte) + 2) * 4,
        etherparse::Ipv6ExtensionSlice::HopByHop(_)
        | etherparse::Ipv6ExtensionSlice::Routing(_)
        | etherparse::Ipv6ExtensionSlice::DestinationOptions(_) => (u32::from(length_byte) + 1) * 8,
    }
}

fn fragment_of<'a>(slice: &IpSlice<'a>) -> Result<Fragment<'a>, Malformed> {
    let payload = slice.payload();
    let (identification, offset, more) = match slice {
        IpSlice::Ipv4(v4) => {
            let header = v4.header();
            let offset = header.fragments_offset().byte_offset();
            (u32::from(header.identification()), offset, header.more_fragments())
        }
        IpSlice::Ipv6(v6) => v6
            .extensions()
            .clone()
            .into_iter()
            .find_map(|extension| match extension {
                etherparse::Ipv6ExtensionSlice::Fragment(fragment) => Some((
                    fragment.identification(),
                    fragment.fragment_offset().byte_offset(),
                    fragment.more_fragments(),
                )),
                etherparse::Ipv6ExtensionSlice::HopByHop(_)
                | etherparse::Ipv6ExtensionSlice::Routing(_)
                | etherparse::Ipv6ExtensionSlice::DestinationOptions(_)
                | etherparse::Ipv6ExtensionSlice::Authentication(_) => None,
            })
            .ok_or(Malformed::IpHeader)?,
    };
    Ok(Fragment { identification, protocol: payload.ip_number.0, offset, more, payload: payload.payload })
}

fn tcp(payload: &[u8]) -> Result<TcpSegment<'_>, Malformed> {
    let tcp = TcpSlice::from_slice(payload).map_err(|_| Malformed::TcpHeader)?;
    Ok(TcpSegment {
        source_port: tcp.source_port(),
        destination_port: tcp.destination_port(),
        sequence: tcp.sequence_number(),
        acknowledgment: tcp.ack().then(|| tcp.acknowledgment_number()),
        syn: tcp.syn(),
        fin: tcp.fin(),
        rst: tcp.rst(),
        payload: tcp.payload(),
    })
}

fn udp(payload: &[u8]) -> Result<UdpDatagram<'_>, Malformed> {
    let udp = UdpSlice::from_slice(payload).map_err(|_| Malformed::UdpHeader)?;
    Ok(UdpDatagram {
        source_port: udp.source_port(),
        destination_port: udp.destination_port(),
        payload: udp.payload(),
    })
}

fn icmp_v4(payload: &[u8]) -> Result<Transport<'_>, Malformed> {
    let icmp = etherparse::Icmpv4Slice::from_slice(payload).map_err(|_| Malformed::IcmpHeader)?;
    let Icmpv4Type::EchoRequest(echo) = icmp.icmp_type() else { return Ok(Transport::OtherIcmp) };
    Ok(Transport::Echo(EchoRequest { identifier: echo.id, sequence: echo.seq, payload: icmp.payload() }))
}

fn icmp_v6(payload: &[u8]) -> Result<Transport<'_>, Malformed> {
    let icmp = etherparse::Icmpv6Slice::from_slice(payload).map_err(|_| Malformed::IcmpHeader)?;
    let Icmpv6Type::EchoRequest(echo) = icmp.icmp_type() else { return Ok(Transport::OtherIcmp) };
    Ok(Transport::Echo(EchoRequest { identifier: echo.id, sequence: echo.seq, payload: icmp.payload() }))
}

#[cfg(test)]
mod tests {
    use etherparse::PacketBuilder;
    use proptest::prelude::*;

    use super::*;

    fn built(builder: etherparse::PacketBuilderStep<etherparse::UdpHeader>, payload: &[u8]) -> Vec<u8> {
        let mut packet = Vec::new();
        builder.write(&mut packet, payload).unwrap();
        packet
    }

    fn datagram_v4() -> Vec<u8> {
        built(PacketBuilder::ipv4([198, 18, 0, 1], [198, 18, 0, 2], 64).udp(1000, 53), b"hello")
    }

    #[test]
    fn reads_a_datagram_and_leaves_what_follows() {
        let mut bytes = datagram_v4();
        let length = bytes.len();
        bytes.extend_from_slice(b"trailing");
        let packet = IpPacket::parse(&bytes).unwrap();
        assert_eq!(packet.bytes.len(), length);
        let Transport::Udp(udp) = packet.transport else { panic!("{packet:?}") };
        assert_eq!((udp.source_port, udp.destination_port, udp.payload), (1000, 53, &b"hello"[..]));
    }

    #[test]
    fn names_what_is_malformed() {
        let mut corrupt = datagram_v4();
        corrupt[8] ^= 1;
        assert_eq!(IpPacket::parse(&corrupt).unwrap_err(), Malformed::HeaderChecksum);
        assert_eq!(IpPacket::parse(&datagram_v4()[..24]).unwrap_err(), Malformed::Length);
        assert_eq!(IpPacket::parse(&[0x10; 40]).unwrap_err(), Malformed::Version);
        assert_eq!(IpPacket::parse(&[]).unwrap_err(), Malformed::Version);
    }

    #[test]
    fn points_at_the_next_header_field_behind_extensions() {
        let mut bytes = vec![0x60, 0, 0, 0, 0, 12, 0, 64];
        bytes.extend_from_slice(&[0x20; 32]);
        bytes.extend_from_slice(&[253, 0, 1, 4, 0, 0, 0, 0]);
        bytes.extend_from_slice(b"data");
        let packet = IpPacket::parse(&bytes).unwrap();
        let Transport::Unsupported { protocol: 253, field_at: 40 } = packet.transport else {
            panic!("{packet:?}")
        };
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), version in prop_oneof![Just(0x45u8), Just(0x60)]) {
            let mut bytes = bytes;
            if let Some(first) = bytes.first_mut() { *first = version; }
            if let Ok(packet) = IpPacket::parse(&bytes) {
                prop_assert!(packet.bytes.len() <= bytes.len());
            }
        }
    }
}
