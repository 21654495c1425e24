//! What an app can do and see on its side: connect, ping, inject, and read the errors that come back.

pub mod capture;
pub mod icmp;

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::setsockopt;
use nix::sys::socket::sockopt::{Ipv4RecvErr, Ipv6RecvErr};
use socket2::{Domain, Protocol, Socket, Type};

use crate::servers::tcp::patient;
use crate::servers::udp;
use crate::sys;
use crate::world::place::APP;
use crate::world::{Family, World};

/// How often a question without an answer is repeated. Linux sends one error a second for packets without a route
/// and source (`net.ipv4.route.error_cost`), which no namespace can change.
const RETRY: Duration = Duration::from_secs(1);

/// How an attempt to reach something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Connected, or answered.
    Reached,
    Failed(Errno),
    /// Neither success nor failure in the time that was given.
    Pending,
}

impl Family {
    pub fn domain(self) -> Domain {
        match self {
            Self::V4 => Domain::IPV4,
            Self::V6 => Domain::IPV6,
        }
    }
}

impl World {
    /// A connection of the app whose reads and writes all end in time.
    pub fn connect(&self, to: SocketAddr) -> TcpStream {
        let stream = self.app(move || TcpStream::connect_timeout(&to, Duration::from_secs(20)));
        let stream = stream.unwrap_or_else(|error| panic!("connecting to {to} failed: {error}"));
        patient(&stream).expect("a timeout above zero");
        stream
    }

    /// How the app's connect ends within `limit`.
    pub fn connect_outcome(&self, to: SocketAddr, limit: Duration) -> Outcome {
        self.app(move || {
            let socket = Socket::new(Domain::for_address(to), Type::STREAM, None).expect("a socket");
            socket.set_nonblocking(true).expect("a plain flag");
            match socket.connect(&to.into()) {
                Ok(()) => return Outcome::Reached,
                Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {}
                Err(error) => return failed(&error),
            }
            if !ready(&socket, PollFlags::POLLOUT, limit) {
                return Outcome::Pending;
            }
            match (socket.take_error().expect("SO_ERROR"), socket.peer_addr()) {
                (Some(error), _) => failed(&error),
                (None, Ok(_)) => Outcome::Reached,
                (None, Err(error)) => panic!("the connect ended without a result: {error}"),
            }
        })
    }

    /// A UDP socket of the app; a read ends in time.
    pub fn udp(&self, family: Family, patience: Duration) -> UdpSocket {
        let socket = self.app(move || udp::bind(APP.at(family))).expect("a free port");
        socket.set_read_timeout(Some(patience)).expect("a timeout above zero");
        socket
    }

    /// What a connected UDP socket of the app learns within `limit` when it sends a datagram every second; `told_all`
    /// asks for errors that may pass by themselves too (IP_RECVERR).
    pub fn udp_outcome(&self, to: SocketAddr, told_all: bool, limit: Duration) -> Outcome {
        let socket = self.udp(family_of(to.ip()), RETRY);
        socket.connect(to).expect("a route");
        if told_all {
            tell_all_errors(&socket, family_of(to.ip())).expect("IP_RECVERR");
        }
        let end = Instant::now() + limit;
        loop {
            let learnt = outcome(socket.send(b"is anybody there?").and_then(|_| socket.recv(&mut [0; 64])));
            if learnt != Outcome::Pending || Instant::now() > end {
                return learnt;
            }
        }
    }
}

pub fn family_of(address: IpAddr) -> Family {
    if address.is_ipv4() { Family::V4 } else { Family::V6 }
}

/// Makes every ICMP error show on the socket, soft ones included.
pub fn tell_all_errors(socket: &impl AsFd, family: Family) -> nix::Result<()> {
    match family {
        Family::V4 => setsockopt(&socket.as_fd(), Ipv4RecvErr, &true),
        Family::V6 => setsockopt(&socket.as_fd(), Ipv6RecvErr, &true),
    }
}

/// What the result of a read with a timeout says.
fn outcome<T>(result: io::Result<T>) -> Outcome {
    match result {
        Ok(_) => Outcome::Reached,
        Err(error) if error.kind() == ErrorKind::WouldBlock => Outcome::Pending,
        Err(error) => failed(&error),
    }
}

fn failed(error: &io::Error) -> Outcome {
    Outcome::Failed(Errno::from_raw(error.raw_os_error().unwrap_or(0)))
}

/// Whether `socket` becomes ready within `limit`.
pub fn ready(socket: &impl AsFd, events: PollFlags, limit: Duration) -> bool {
    let timeout = PollTimeout::try_from(limit).expect("a short time");
    poll(&mut [PollFd::new(socket.as_fd(), events)], timeout).expect("poll") > 0
}

/// Whether, and how, packets of a socket may be fragmented (`IP_MTU_DISCOVER`).
#[derive(Debug, Clone, Copy)]
pub enum Fragmenting {
    /// Never: what is too big fails with EMSGSIZE.
    Forbidden,
    /// By anyone on the way (version 4) or by the sender (version 6).
    Allowed,
}

pub fn set_fragmenting(socket: &UdpSocket, family: Family, fragmenting: Fragmenting) -> io::Result<()> {
    let (level, name) = match family {
        Family::V4 => (libc::IPPROTO_IP, libc::IP_MTU_DISCOVER),
        Family::V6 => (libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER),
    };
    let value = match fragmenting {
        Fragmenting::Forbidden => libc::IP_PMTUDISC_DO,
        Fragmenting::Allowed => libc::IP_PMTUDISC_DONT,
    };
    sys::set_option(socket, level, name, value)
}

/// The path MTU that the kernel knows for a connected socket.
pub fn path_mtu(socket: &UdpSocket, family: Family) -> io::Result<i32> {
    match family {
        Family::V4 => sys::option(socket, libc::IPPROTO_IP, libc::IP_MTU),
        Family::V6 => sys::option(socket, libc::IPPROTO_IPV6, libc::IPV6_MTU),
    }
}

/// A raw socket of one protocol; it gets a copy of every such packet.
pub fn raw_socket(family: Family, protocol: i32) -> io::Result<Socket> {
    Socket::new(family.domain(), Type::RAW, Some(Protocol::from(protocol)))
}
