//! Echo requests and ICMP errors as an app sees them.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use socket2::{Protocol, Socket, Type};

use super::capture::find;
use super::{RETRY, raw_socket};
use crate::world::{Family, World};

/// The two ways to ping: with all rights, and as every Android app may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PingSocket {
    Raw,
    /// The kernel chooses the identifier.
    Datagram,
}

/// An echo request or reply without its checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo {
    pub ident: u16,
    pub sequence: u16,
    pub payload: Vec<u8>,
}

impl Echo {
    fn request(&self, family: Family) -> Vec<u8> {
        let kind = match family {
            Family::V4 => 8,
            Family::V6 => 128,
        };
        let mut message = vec![kind, 0, 0, 0];
        message.extend_from_slice(&self.ident.to_be_bytes());
        message.extend_from_slice(&self.sequence.to_be_bytes());
        message.extend_from_slice(&self.payload);
        // Version 6 and datagram sockets overwrite it; theirs is the kernel's work.
        let checksum = checksum(&message).to_be_bytes();
        message[2..4].copy_from_slice(&checksum);
        message
    }

    fn from_reply(family: Family, message: &[u8]) -> Option<Self> {
        let kind = match family {
            Family::V4 => 0,
            Family::V6 => 129,
        };
        let [first, 0, _, _, i0, i1, s0, s1, payload @ ..] = message else {
            return None;
        };
        (*first == kind).then(|| Self {
            ident: u16::from_be_bytes([*i0, *i1]),
            sequence: u16::from_be_bytes([*s0, *s1]),
            payload: payload.to_vec(),
        })
    }
}

/// An ICMP error with the packet it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcmpError {
    pub kind: u8,
    pub code: u8,
    pub quoted: Quoted,
}

/// The start of a packet that an ICMP error quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    pub source: IpAddr,
    pub destination: IpAddr,
    pub protocol: u8,
    /// What follows the IP header: at least eight bytes.
    pub payload: Vec<u8>,
}

impl World {
    /// The socket for [`World::ping`].
    pub fn ping_socket(&self, family: Family, kind: PingSocket) -> Socket {
        self.app(move || match kind {
            PingSocket::Raw => raw_icmp(family),
            PingSocket::Datagram => Socket::new(family.domain(), Type::DGRAM, Some(icmp_protocol(family))),
        })
        .expect("an ICMP socket; datagram ones need ping_group_range")
    }

    /// Sends `echo` every second and returns the reply with the same sequence number that comes within `limit`.
    pub fn ping(&self, kind: PingSocket, to: IpAddr, echo: &Echo, limit: Duration) -> Option<Echo> {
        let family = super::family_of(to);
        let socket = self.ping_socket(family, kind);
        let reply = |packet: &[u8]| {
            let message = match kind {
                PingSocket::Raw => message(family, packet)?,
                PingSocket::Datagram => packet,
            };
            let reply = Echo::from_reply(family, message)?;
            let ours = kind == PingSocket::Datagram || reply.ident == echo.ident;
            (ours && reply.sequence == echo.sequence).then_some(reply)
        };
        let end = Instant::now() + limit;
        while Instant::now() < end {
            socket
                .send_to(&echo.request(family), &SocketAddr::new(to, 0).into())
                .expect("the request leaves");
            if let Some(reply) = find(&socket, RETRY, reply) {
                return Some(reply);
            }
        }
        None
    }

    /// Sends `packet` from the app to `to` every second and returns the first ICMP error within `limit` whose quote
    /// `is_about` accepts.
    pub fn icmp_error(
        &self,
        sender: &Socket,
        to: IpAddr,
        packet: &[u8],
        limit: Duration,
        is_about: impl Fn(&Quoted) -> bool,
    ) -> Option<IcmpError> {
        let family = super::family_of(to);
        let socket = self.ping_socket(family, PingSocket::Raw);
        let end = Instant::now() + limit;
        while Instant::now() < end {
            sender.send_to(packet, &SocketAddr::new(to, 0).into()).expect("the packet leaves");
            let error = find(&socket, RETRY, |packet| {
                parse_error(family, packet).filter(|error| is_about(&error.quoted))
            });
            if error.is_some() {
                return error;
            }
        }
        None
    }

    /// The ICMP error that answers an echo request to `to`.
    pub fn ping_error(&self, to: IpAddr, echo: &Echo, limit: Duration) -> Option<IcmpError> {
        let family = super::family_of(to);
        let sender = self.ping_socket(family, PingSocket::Raw);
        let ident = echo.ident.to_be_bytes();
        self.icmp_error(&sender, to, &echo.request(family), limit, |quoted| {
            quoted.destination == to && quoted.payload.get(4..6) == Some(&ident[..])
        })
    }
}

fn icmp_protocol(family: Family) -> Protocol {
    match family {
        Family::V4 => Protocol::ICMPV4,
        Family::V6 => Protocol::ICMPV6,
    }
}

fn raw_icmp(family: Family) -> io::Result<Socket> {
    raw_socket(family, icmp_protocol(family).into())
}

/// The ICMP message of what a raw socket delivers: version 4 puts the IP header in front.
fn message(family: Family, packet: &[u8]) -> Option<&[u8]> {
    match family {
        Family::V4 => packet.get(usize::from(packet.first()? & 0xf) * 4..),
        Family::V6 => Some(packet),
    }
}

fn parse_error(family: Family, packet: &[u8]) -> Option<IcmpError> {
    let message = message(family, packet)?;
    let (&[kind, code, ..], quoted) = message.split_first_chunk::<8>()?;
    let is_error = match family {
        Family::V4 => matches!(kind, 3 | 4 | 11 | 12),
        Family::V6 => kind < 128,
    };
    is_error.then_some(())?;
    Some(IcmpError { kind, code, quoted: parse_quoted(family, quoted)? })
}

fn parse_quoted(family: Family, packet: &[u8]) -> Option<Quoted> {
    match family {
        Family::V4 => {
            let header = packet.first_chunk::<20>()?;
            let address = |at: usize| <[u8; 4]>::try_from(&header[at..at + 4]).ok().map(IpAddr::from);
            Some(Quoted {
                source: address(12)?,
                destination: address(16)?,
                protocol: header[9],
                payload: packet.get(usize::from(header[0] & 0xf) * 4..)?.to_vec(),
            })
        }
        Family::V6 => {
            let (header, payload) = packet.split_first_chunk::<40>()?;
            let address = |at: usize| <[u8; 16]>::try_from(&header[at..at + 16]).ok().map(IpAddr::from);
            Some(Quoted {
                source: address(8)?,
                destination: address(24)?,
                protocol: header[6],
                payload: payload.to_vec(),
            })
        }
    }
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let words =
        bytes.chunks(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)])));
    let sum: u32 = words.sum();
    let folded = (sum >> 16) + (sum & 0xffff);
    let folded = (folded >> 16) + (folded & 0xffff);
    !u16::try_from(folded).expect("folded twice")
}

/// ICMP types and codes that the checks name.
pub mod code {
    pub const V4_UNREACHABLE: u8 = 3;
    pub const V4_PROTOCOL: u8 = 2;
    pub const V6_PARAMETER_PROBLEM: u8 = 4;
    pub const V6_UNKNOWN_NEXT_HEADER: u8 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_carries_a_right_checksum() {
        let echo = Echo { ident: 7, sequence: 9, payload: b"odd".to_vec() };
        assert_eq!(checksum(&echo.request(Family::V4)), 0);
    }
}
