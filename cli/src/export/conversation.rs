//! Packets of a flow as they could have been: addresses, ports and payload are the flow's, numbers are made up.

use std::io;
use std::net::IpAddr;

use etherparse::{IpHeaders, PacketBuilder, PacketBuilderStep, TcpHeader};
use telltale_core::event::{Endpoint, FlowRecord};
use telltale_core::packet::Protocol;

/// What fits into an Ethernet frame with either kind of IP, and timestamps that nobody uses here.
const SEGMENT: usize = 1_400;

/// Of bytes that were not kept as many as one packet can claim to have had.
const LARGEST: usize = 60_000;

const HOPS: u8 = 64;
const WINDOW: u16 = u16::MAX;

/// A packet as a capture has it.
pub(super) struct Packet {
    pub(super) bytes: Vec<u8>,
    /// How long it was; longer than what there is of it where something was not kept.
    pub(super) length: usize,
}

/// A TCP connection that is being rebuilt.
pub(super) struct Conversation {
    client: Side,
    server: Side,
}

struct Side {
    endpoint: Endpoint,
    /// The sequence number of its next byte.
    next: u32,
}

/// What of its flags differs from packet to packet; all but the first acknowledge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flag {
    None,
    Syn,
    Push,
    Fin,
}

/// The first packet of a flow of which nothing else is known.
pub(super) fn first_packet(flow: &FlowRecord) -> io::Result<Packet> {
    let (from, to) = (flow.originator, flow.responder);
    match flow.protocol {
        Protocol::Tcp => Conversation::of(flow).open(),
        Protocol::Udp => {
            built(|bytes| ip(from.address, to.address).udp(from.port, to.port).write(bytes, &[]))
        }
        Protocol::Icmp if from.address.is_ipv4() => {
            built(|bytes| ip(from.address, to.address).icmpv4_echo_request(from.port, 0).write(bytes, &[]))
        }
        Protocol::Icmp => {
            built(|bytes| ip(from.address, to.address).icmpv6_echo_request(from.port, 0).write(bytes, &[]))
        }
    }
}

impl Conversation {
    /// Numbers depend on the flow, so that two flows between the same ports can be told apart.
    pub(super) fn of(flow: &FlowRecord) -> Self {
        const SPREAD: u32 = 2_654_435_761;
        let [a, b, c, d, ..] = flow.id.0.to_le_bytes();
        let first = u32::from_le_bytes([a, b, c, d]).wrapping_mul(SPREAD);
        Self {
            client: Side { endpoint: flow.originator, next: first },
            server: Side { endpoint: flow.responder, next: !first },
        }
    }

    /// The client's SYN.
    pub(super) fn open(&mut self) -> io::Result<Packet> {
        let builder = tcp(&self.client, &self.server).syn();
        let packet = built(|bytes| builder.write(bytes, &[]))?;
        self.client.advance(1);
        Ok(packet)
    }

    /// The server's SYN, and that it was seen.
    pub(super) fn accept(&mut self) -> io::Result<[Packet; 2]> {
        Ok([sent(&mut self.server, &self.client, Flag::Syn, &[])?, self.client_acknowledges()?])
    }

    /// Bytes of the client in as many segments as they need, and that the server got them.
    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<Vec<Packet>> {
        let segments = bytes.chunks(SEGMENT);
        let packets = segments.map(|segment| sent(&mut self.client, &self.server, Flag::Push, segment));
        let mut packets = packets.collect::<io::Result<Vec<_>>>()?;
        packets.push(sent(&mut self.server, &self.client, Flag::None, &[])?);
        Ok(packets)
    }

    /// The next so many bytes of the client, up to [`LARGEST`], as packets of which only the head was captured.
    pub(super) fn send_unknown(&mut self, count: u64) -> io::Result<Packet> {
        let count = usize::try_from(count).map_or(LARGEST, |count| count.min(LARGEST));
        let mut packet = sent(&mut self.client, &self.server, Flag::None, &vec![0; count])?;
        packet.bytes.truncate(packet.length - count);
        Ok(packet)
    }

    /// Both sides are done.
    pub(super) fn close(&mut self) -> io::Result<[Packet; 3]> {
        Ok([
            sent(&mut self.client, &self.server, Flag::Fin, &[])?,
            sent(&mut self.server, &self.client, Flag::Fin, &[])?,
            self.client_acknowledges()?,
        ])
    }

    fn client_acknowledges(&mut self) -> io::Result<Packet> {
        sent(&mut self.client, &self.server, Flag::None, &[])
    }
}

impl Packet {
    /// Bytes of its stream that it claims and does not have.
    pub(super) fn unknown(&self) -> u64 {
        (self.length - self.bytes.len()) as u64
    }
}

impl Side {
    fn advance(&mut self, count: usize) {
        self.next = self.next.wrapping_add(u32::try_from(count).unwrap_or_default());
    }
}

/// A segment that acknowledges all that the other side has sent.
fn sent(from: &mut Side, to: &Side, flag: Flag, payload: &[u8]) -> io::Result<Packet> {
    let builder = tcp(from, to).ack(to.next);
    let builder = match flag {
        Flag::None => builder,
        Flag::Syn => builder.syn(),
        Flag::Push => builder.psh(),
        Flag::Fin => builder.fin(),
    };
    let packet = built(|bytes| builder.write(bytes, payload))?;
    from.advance(payload.len() + usize::from(matches!(flag, Flag::Syn | Flag::Fin)));
    Ok(packet)
}

fn tcp(from: &Side, to: &Side) -> PacketBuilderStep<TcpHeader> {
    let (source, destination) = (from.endpoint, to.endpoint);
    ip(source.address, destination.address).tcp(source.port, destination.port, from.next, WINDOW)
}

fn ip(from: IpAddr, to: IpAddr) -> PacketBuilderStep<IpHeaders> {
    let mapped = |address| match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    };
    match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => PacketBuilder::ipv4(from.octets(), to.octets(), HOPS),
        (from, to) => PacketBuilder::ipv6(mapped(from), mapped(to), HOPS),
    }
}

fn built<E>(write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> io::Result<Packet>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let mut bytes = Vec::new();
    write(&mut bytes).map_err(io::Error::other)?;
    Ok(Packet { length: bytes.len(), bytes })
}
