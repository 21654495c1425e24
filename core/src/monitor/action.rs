//! What the machine asks of whoever has sockets, and what it is told in return.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use crate::event::Close;
use crate::flow::{AssociationKey, FlowKey};
use crate::packet::{IcmpError, Protocol};

/// Something to do with sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Connect a TCP socket; `Monitor::handle_connected` or `handle_connect_failed` takes the outcome.
    Connect { flow: FlowKey, to: SocketAddr, hop_limit: u8 },
    /// Move bytes of a TCP flow, both ways, as far as its socket allows: `Monitor::upload` and `download`.
    Serve(FlowKey),
    /// Close the socket of a TCP flow; with a reset if the app did so.
    Disconnect { flow: FlowKey, reset: bool },
    /// Send a datagram from the socket of its association, which is made on first use.
    Send(Outgoing),
    /// Close the socket of an association.
    Dissociate(AssociationKey),
}

/// A datagram on its way out. An ICMP payload is the whole message, identifier and checksum left 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub association: AssociationKey,
    pub protocol: Protocol,
    pub to: SocketAddr,
    pub hop_limit: u8,
    /// The app forbids fragments on the way.
    pub dont_fragment: bool,
    pub(super) payload: Range<usize>,
}

/// How far the bytes of the app got.
#[derive(Debug)]
pub enum Upload {
    /// There are no more for now.
    Drained,
    /// The remote takes no more for now.
    Blocked,
    /// The app is done and the remote has it all: shut the socket down for writing.
    Finished,
    /// The remote failed.
    Failed(io::Error),
}

/// How far the bytes of the remote got.
#[derive(Debug)]
pub enum Download {
    /// The app takes no more for now.
    Full,
    /// The remote has no more for now.
    Blocked,
    /// The remote is done.
    Finished,
    /// The remote failed.
    Failed(io::Error),
}

/// Why there is no connection with the remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteError {
    Refused,
    NetworkUnreachable,
    HostUnreachable,
    ProtocolUnreachable,
    Prohibited,
    TimedOut,
}

impl RemoteError {
    /// Reads the outcome of `connect`.
    pub fn of(error: &io::Error) -> Self {
        #[expect(clippy::wildcard_enum_match_arm, reason = "there is an error kind for nearly everything")]
        match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => Self::Refused,
            io::ErrorKind::NetworkUnreachable => Self::NetworkUnreachable,
            io::ErrorKind::PermissionDenied => Self::Prohibited,
            io::ErrorKind::TimedOut => Self::TimedOut,
            _ if is_protocol_error(error) => Self::ProtocolUnreachable,
            _ => Self::HostUnreachable,
        }
    }

    /// Reads what a socket call towards `to` says at once, before any packet was sent: the routing table's answer.
    ///
    /// Linux tells a local socket "host unreachable" where a router with the same table would send ICMPv6 "no
    /// route to destination"; the app is behind a router, so it is told what that would say.
    pub fn of_route(error: &io::Error, to: IpAddr) -> Self {
        if to.is_ipv6() && error.kind() == io::ErrorKind::HostUnreachable {
            Self::NetworkUnreachable
        } else {
            Self::of(error)
        }
    }

    /// The ICMP error that makes the app's kernel answer with the same error; `None` where silence does
    /// (time-out) or a reset (refused).
    pub fn icmp(self, destination: IpAddr) -> Option<IcmpError> {
        match self {
            Self::Refused | Self::TimedOut => None,
            Self::NetworkUnreachable => Some(IcmpError::network_unreachable(destination)),
            Self::HostUnreachable => Some(IcmpError::host_unreachable(destination)),
            Self::ProtocolUnreachable => Some(IcmpError::protocol_unreachable(destination, 0)),
            Self::Prohibited => Some(IcmpError::prohibited(destination)),
        }
    }

    pub(super) fn close(self) -> Close {
        match self {
            Self::Refused => Close::Refused,
            Self::TimedOut => Close::Timeout,
            Self::NetworkUnreachable
            | Self::HostUnreachable
            | Self::ProtocolUnreachable
            | Self::Prohibited => Close::Unreachable,
        }
    }
}

/// `ENOPROTOOPT` is what Linux makes of ICMP "protocol unreachable"; it has no [`io::ErrorKind`].
fn is_protocol_error(error: &io::Error) -> bool {
    const ENOPROTOOPT: i32 = 92;
    error.raw_os_error() == Some(ENOPROTOOPT)
}
