//! The remotes' side of an association: one socket per family that was needed.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsFd;
use std::time::Instant;

use nix::libc;
use nix::sys::socket::{setsockopt, sockopt};
use rustix::net::sockopt::{
    Ipv4PathMtuDiscovery, Ipv6PathMtuDiscovery, set_ip_mtu_discover, set_ipv6_mtu_discover,
};
use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use super::SocketFactory;
use super::error_queue::{self, Empty, Report};
use crate::engine::token::Family;
use crate::flow::AssociationKey;
use crate::limits::DATAGRAM_BATCH;
use crate::monitor::{Monitor, Outgoing, RemoteError};
use crate::packet::Protocol as FlowProtocol;
use crate::packet::checksum::Checksum;

/// A burst from a fast server must fit until the loop comes round; the kernel doubles it.
const RECEIVE_BUFFER: usize = 1024 * 1024;

/// A socket and the state it is in.
pub(in crate::engine) struct DatagramSocket {
    key: AssociationKey,
    family: Family,
    socket: Socket,
    /// A raw socket sees every ICMP message of the machine and needs an identifier to know its own by.
    raw_identifier: Option<u16>,
    hop_limit: u8,
    dont_fragment: Option<bool>,
}

impl DatagramSocket {
    /// A socket for the first datagram of an association.
    ///
    /// # Errors
    /// When there is no descriptor, or no right to send ICMP.
    pub(in crate::engine) fn open(outgoing: &Outgoing, sockets: &dyn SocketFactory) -> io::Result<Self> {
        let family = family_of(outgoing.to);
        let (socket, is_raw) = match outgoing.protocol {
            FlowProtocol::Icmp => echo_socket(family, sockets)?,
            FlowProtocol::Udp | FlowProtocol::Tcp => {
                (datagram_socket(family, Type::DGRAM, Protocol::UDP, sockets)?, false)
            }
        };
        report_errors(&socket, family)?;
        if let Err(error) = socket.set_recv_buffer_size(RECEIVE_BUFFER) {
            log::debug!("receive buffer stays small: {error}");
        }
        // The lower half of a counter: no two associations of one raw socket's machine share it for long.
        let [.., high, low] = outgoing.association.sequence.to_be_bytes();
        Ok(Self {
            key: outgoing.association,
            family,
            socket,
            raw_identifier: is_raw.then(|| u16::from_be_bytes([high, low])),
            hop_limit: 0,
            dont_fragment: None,
        })
    }

    pub(in crate::engine) fn key(&self) -> AssociationKey {
        self.key
    }

    pub(in crate::engine) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Sends one datagram; what the network has to say about it comes back to the monitor as an ICMP error.
    pub(in crate::engine) fn send(&mut self, outgoing: &Outgoing, monitor: &mut Monitor, buffer: &mut [u8]) {
        if let Err(error) = self.prepare(outgoing) {
            log::debug!("socket option not set: {error}");
        }
        let payload = monitor.payload(outgoing);
        let to = SockAddr::from(outgoing.to);
        let mut result = self.send_payload(payload, &to);
        if result.is_err() {
            // It may be the report on an earlier datagram, to another remote, that came up: then this one was
            // not sent yet.
            self.drain_reports(monitor, buffer);
            result = self.send_payload(monitor.payload(outgoing), &to);
        }
        if let Err(error) = result {
            self.tell_failure(outgoing, &error, monitor, buffer);
        }
    }

    /// Reads what came, up to a batch.
    pub(in crate::engine) fn receive(&mut self, monitor: &mut Monitor, buffer: &mut [u8], now: Instant) {
        for _ in 0..DATAGRAM_BATCH {
            match self.receive_one(buffer) {
                Ok((length, from)) => self.pass_on(&buffer[..length], from, monitor, now),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // Reports wait in the error queue as well; the call only took the socket's pending error.
                Err(_) => self.drain_reports(monitor, buffer),
            }
        }
    }

    /// Reads the reports of the network.
    pub(in crate::engine) fn drain_reports(&mut self, monitor: &mut Monitor, buffer: &mut [u8]) {
        for _ in 0..DATAGRAM_BATCH {
            match error_queue::next_report(&self.socket, buffer) {
                Ok(Some(Report { to, error, reporter, quoted })) if self.is_own(quoted) => {
                    monitor.handle_datagram_error(self.key, to, error, reporter, quoted);
                }
                Ok(_) => {}
                Err(Empty) => return,
            }
        }
    }

    fn prepare(&mut self, outgoing: &Outgoing) -> io::Result<()> {
        if self.hop_limit != outgoing.hop_limit {
            self.hop_limit = outgoing.hop_limit;
            match self.family {
                Family::V4 => self.socket.set_ttl_v4(outgoing.hop_limit.into())?,
                Family::V6 => self.socket.set_unicast_hops_v6(outgoing.hop_limit.into())?,
            }
        }
        if self.dont_fragment != Some(outgoing.dont_fragment) {
            self.dont_fragment = Some(outgoing.dont_fragment);
            self.forbid_fragments(outgoing.dont_fragment)?;
        }
        Ok(())
    }

    fn forbid_fragments(&self, forbid: bool) -> io::Result<()> {
        match (self.family, forbid) {
            (Family::V4, true) => set_ip_mtu_discover(&self.socket, Ipv4PathMtuDiscovery::DO)?,
            (Family::V4, false) => set_ip_mtu_discover(&self.socket, Ipv4PathMtuDiscovery::DONT)?,
            (Family::V6, true) => set_ipv6_mtu_discover(&self.socket, Ipv6PathMtuDiscovery::DO)?,
            (Family::V6, false) => set_ipv6_mtu_discover(&self.socket, Ipv6PathMtuDiscovery::WANT)?,
        }
        Ok(())
    }

    fn send_payload(&self, payload: &[u8], to: &SockAddr) -> io::Result<usize> {
        match self.raw_identifier {
            Some(identifier) => self.socket.send_to(&with_identifier(payload, identifier, self.family), to),
            None => self.socket.send_to_with_flags(payload, to, libc::MSG_NOSIGNAL),
        }
    }

    fn tell_failure(
        &mut self,
        outgoing: &Outgoing,
        error: &io::Error,
        monitor: &mut Monitor,
        buffer: &mut [u8],
    ) {
        let to = outgoing.to.ip();
        let icmp = match error.raw_os_error() {
            // The MTU stands in the report that the kernel has just queued.
            Some(libc::EMSGSIZE) => return self.drain_reports(monitor, buffer),
            Some(libc::ENETUNREACH | libc::EHOSTUNREACH | libc::EACCES | libc::EPERM) => {
                RemoteError::of_route(error, to).icmp(to)
            }
            // A full queue loses datagrams here as it does anywhere.
            _ => None,
        };
        let Some(icmp) = icmp else { return log::debug!("datagram not sent: {error}") };
        let quoted = monitor.payload(outgoing).to_vec();
        monitor.handle_datagram_error(self.key, outgoing.to, icmp, None, &quoted);
    }

    fn receive_one(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let (length, from) = receive_from(&self.socket, buffer)?;
        Ok((length, from.ok_or(io::ErrorKind::InvalidData)?))
    }

    fn pass_on(&self, message: &[u8], from: SocketAddr, monitor: &mut Monitor, now: Instant) {
        let message = if self.raw_identifier.is_some() { raw_payload(message, self.family) } else { message };
        if self.is_own(message) {
            monitor.handle_reply(self.key, from, message, now);
        }
    }

    /// Whether an ICMP message, or a quoted one, belongs to this socket.
    fn is_own(&self, message: &[u8]) -> bool {
        let has = |identifier: u16| message.get(4..6) == Some(&identifier.to_be_bytes());
        self.raw_identifier.is_none_or(has)
    }
}

fn receive_from(socket: &Socket, buffer: &mut [u8]) -> io::Result<(usize, Option<SocketAddr>)> {
    let mut slices = [io::IoSliceMut::new(buffer)];
    let message = nix::sys::socket::recvmsg::<nix::sys::socket::SockaddrStorage>(
        std::os::fd::AsRawFd::as_raw_fd(&socket.as_fd()),
        &mut slices,
        None,
        nix::sys::socket::MsgFlags::empty(),
    )?;
    let from = message.address.as_ref().and_then(error_queue::socket_address);
    Ok((message.bytes, from))
}

pub(in crate::engine) fn family_of(to: SocketAddr) -> Family {
    match to.ip() {
        IpAddr::V4(_) => Family::V4,
        IpAddr::V6(_) => Family::V6,
    }
}

fn datagram_socket(
    family: Family,
    kind: Type,
    protocol: Protocol,
    sockets: &dyn SocketFactory,
) -> io::Result<Socket> {
    let domain = match family {
        Family::V4 => Domain::IPV4,
        Family::V6 => Domain::IPV6,
    };
    sockets.socket(domain, kind.nonblocking().cloexec(), Some(protocol))
}

/// An ICMP socket: of the kind that anyone may have if `net.ipv4.ping_group_range` allows, else a raw one.
fn echo_socket(family: Family, sockets: &dyn SocketFactory) -> io::Result<(Socket, bool)> {
    let protocol = match family {
        Family::V4 => Protocol::ICMPV4,
        Family::V6 => Protocol::ICMPV6,
    };
    match datagram_socket(family, Type::DGRAM, protocol, sockets) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Ok((datagram_socket(family, Type::RAW, protocol, sockets)?, true))
        }
        result => Ok((result?, false)),
    }
}

fn report_errors(socket: &Socket, family: Family) -> io::Result<()> {
    match family {
        Family::V4 => setsockopt(socket, sockopt::Ipv4RecvErr, &true)?,
        Family::V6 => setsockopt(socket, sockopt::Ipv6RecvErr, &true)?,
    }
    Ok(())
}

/// An echo request with identifier, and for IPv4 with the checksum that a raw socket does not fill in.
fn with_identifier(message: &[u8], identifier: u16, family: Family) -> Vec<u8> {
    let mut message = message.to_vec();
    if let Some(field) = message.get_mut(4..6) {
        field.copy_from_slice(&identifier.to_be_bytes());
    }
    if family == Family::V4 && message.len() >= 4 {
        let sum = Checksum::default().bytes(&message).finish();
        message[2..4].copy_from_slice(&sum);
    }
    message
}

/// Raw IPv4 sockets deliver the IP header as well.
fn raw_payload(message: &[u8], family: Family) -> &[u8] {
    match (family, message.first()) {
        (Family::V4, Some(first)) => message.get(usize::from(first & 0x0f) * 4..).unwrap_or_default(),
        _ => message,
    }
}
