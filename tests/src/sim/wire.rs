//! Packets as an app's kernel writes and reads them, by etherparse.

use std::net::{IpAddr, SocketAddr};

use etherparse::{
    Icmpv4Type, Icmpv6Type, IpFragOffset, IpHeaders, IpSlice, Ipv4Header, Ipv6Header, PacketBuilder,
    PacketBuilderStep, SlicedPacket, TcpHeader, TcpSlice, TransportSlice,
};

/// A UDP datagram.
pub fn udp(from: SocketAddr, to: SocketAddr, payload: &[u8]) -> Vec<u8> {
    let builder = ip(from, to).udp(from.port(), to.port());
    let mut packet = Vec::with_capacity(builder.size(payload.len()));
    builder.write(&mut packet, payload).expect("it fits");
    packet
}

/// An echo request.
pub fn echo(from: IpAddr, to: IpAddr, id: u16, seq: u16, payload: &[u8]) -> Vec<u8> {
    let builder = ip(SocketAddr::new(from, 0), SocketAddr::new(to, 0));
    let echo = etherparse::IcmpEchoHeader { id, seq };
    let mut packet = Vec::new();
    let written = match to {
        IpAddr::V4(_) => builder.icmpv4(Icmpv4Type::EchoRequest(echo)).write(&mut packet, payload),
        IpAddr::V6(_) => builder.icmpv6(Icmpv6Type::EchoRequest(echo)).write(&mut packet, payload),
    };
    written.expect("it fits");
    packet
}

/// A TCP segment; `flags` changes what is set besides ports and sequence number.
pub fn tcp(
    (from, to): (SocketAddr, SocketAddr),
    sequence: u32,
    flags: impl FnOnce(&mut TcpHeader),
    payload: &[u8],
) -> Vec<u8> {
    let mut header = TcpHeader::new(from.port(), to.port(), sequence, 65_000);
    flags(&mut header);
    let builder = ip(from, to).tcp_header(header);
    let mut packet = Vec::with_capacity(builder.size(payload.len()));
    builder.write(&mut packet, payload).expect("it fits");
    packet
}

/// A SYN.
pub fn syn(from: SocketAddr, to: SocketAddr, sequence: u32) -> Vec<u8> {
    tcp((from, to), sequence, |header| header.syn = true, &[])
}

/// An IPv4 packet in fragments of at most `length` bytes of payload, a multiple of eight.
pub fn fragments(packet: &[u8], identification: u16, length: usize) -> Vec<Vec<u8>> {
    let payload = &packet[Ipv4Header::MIN_LEN..];
    let pieces = payload.chunks(length).enumerate();
    pieces
        .map(|(index, piece)| {
            let offset = index * length;
            fragment(packet, identification, offset, offset + piece.len() < payload.len(), piece)
        })
        .collect()
}

/// A fragment of an IPv4 packet: `piece` at `offset` of its payload.
pub fn fragment(packet: &[u8], identification: u16, offset: usize, more: bool, piece: &[u8]) -> Vec<u8> {
    let (mut header, _) = Ipv4Header::from_slice(packet).expect("an IPv4 packet");
    let units = u16::try_from(offset / 8).expect("a packet");
    header.identification = identification;
    header.dont_fragment = false;
    header.fragment_offset = IpFragOffset::try_new(units).expect("a packet");
    header.more_fragments = more;
    header.total_len = u16::try_from(Ipv4Header::MIN_LEN + piece.len()).expect("a packet");
    header.header_checksum = header.calc_header_checksum();
    [header.to_bytes().as_slice(), piece].concat()
}

/// From where to where an IP packet goes.
pub fn addresses(packet: &[u8]) -> (IpAddr, IpAddr) {
    match IpSlice::from_slice(packet).expect("an IP packet") {
        IpSlice::Ipv4(v4) => (v4.header().source_addr().into(), v4.header().destination_addr().into()),
        IpSlice::Ipv6(v6) => (v6.header().source_addr().into(), v6.header().destination_addr().into()),
    }
}

/// A UDP datagram: from where, to where, payload.
pub fn read_udp(packet: &[u8]) -> (SocketAddr, SocketAddr, Vec<u8>) {
    let (from, to) = addresses(packet);
    let sliced = SlicedPacket::from_ip(packet).expect("an IP packet");
    let Some(TransportSlice::Udp(udp)) = sliced.transport else { panic!("no UDP: {packet:02x?}") };
    let (from_port, to_port) = (udp.source_port(), udp.destination_port());
    (SocketAddr::new(from, from_port), SocketAddr::new(to, to_port), udp.payload().to_vec())
}

/// A TCP segment's header.
pub fn read_tcp(packet: &[u8]) -> TcpHeader {
    let ip = IpSlice::from_slice(packet).expect("an IP packet");
    TcpSlice::from_slice(ip.payload().payload).expect("TCP").to_header()
}

/// An ICMP message of either family, whose checksum is verified.
#[derive(Debug)]
pub struct Icmp {
    pub from: IpAddr,
    pub to: IpAddr,
    pub kind: u8,
    pub code: u8,
    /// The four bytes behind the checksum.
    pub info: u32,
    pub body: Vec<u8>,
}

/// Reads an ICMP message.
pub fn read_icmp(packet: &[u8]) -> Icmp {
    let (from, to) = addresses(packet);
    let sliced = SlicedPacket::from_ip(packet).expect("an IP packet");
    let message = match &sliced.transport {
        Some(TransportSlice::Icmpv4(icmp)) => {
            let header = icmp.header();
            let written = header.icmp_type.calc_checksum(icmp.payload());
            assert_eq!(written, header.checksum, "checksum");
            icmp.slice().to_vec()
        }
        Some(TransportSlice::Icmpv6(icmp)) => {
            let (IpAddr::V6(from), IpAddr::V6(to)) = (from, to) else { unreachable!("checked above") };
            assert!(icmp.is_checksum_valid(from.octets(), to.octets()), "checksum");
            icmp.slice().to_vec()
        }
        Some(TransportSlice::Udp(_) | TransportSlice::Tcp(_) | TransportSlice::Igmp(_)) | None => {
            panic!("no ICMP: {packet:02x?}")
        }
    };
    let info = message[4..8].try_into().expect("four bytes");
    Icmp {
        from,
        to,
        kind: message[0],
        code: message[1],
        info: u32::from_be_bytes(info),
        body: message[8..].to_vec(),
    }
}

/// From where to where the packet went that an ICMP error quotes, if it quotes the ports.
pub fn quoted_sockets(quoted: &[u8]) -> Option<(SocketAddr, SocketAddr)> {
    let (from, to, transport) = match quoted.first()? >> 4 {
        4 => {
            let (header, rest) = Ipv4Header::from_slice(quoted).ok()?;
            (IpAddr::from(header.source), IpAddr::from(header.destination), rest)
        }
        _ => {
            let (header, rest) = Ipv6Header::from_slice(quoted).ok()?;
            (IpAddr::from(header.source), IpAddr::from(header.destination), rest)
        }
    };
    let port = |at: usize| Some(u16::from_be_bytes([*transport.get(at)?, *transport.get(at + 1)?]));
    Some((SocketAddr::new(from, port(0)?), SocketAddr::new(to, port(2)?)))
}

fn ip(from: SocketAddr, to: SocketAddr) -> PacketBuilderStep<IpHeaders> {
    match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => PacketBuilder::ipv4(from.octets(), to.octets(), 64),
        (IpAddr::V6(from), IpAddr::V6(to)) => PacketBuilder::ipv6(from.octets(), to.octets(), 64),
        (from, to) => panic!("{from} and {to} are of two families"),
    }
}

/// Length of an IP header to `address`, without options.
pub fn header_length(address: IpAddr) -> usize {
    if address.is_ipv4() { Ipv4Header::MIN_LEN } else { Ipv6Header::LEN }
}
