//! What the network said about datagrams that were sent: the kernel keeps it in the socket's error queue
//! (`IP_RECVERR`, ip(7)).

use std::io::IoSliceMut;
use std::net::{IpAddr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsFd, AsRawFd};

use nix::cmsg_space;
use nix::libc;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg};

use crate::packet::IcmpError;

/// One report.
pub(super) struct Report<'a> {
    /// Where the datagram was sent to.
    pub(super) to: SocketAddr,
    pub(super) error: IcmpError,
    /// Who sent the ICMP message; `None` if this machine itself found out.
    pub(super) reporter: Option<IpAddr>,
    /// The beginning of the datagram.
    pub(super) quoted: &'a [u8],
}

/// Takes the oldest report off the queue of `socket`; `None` when there is none or it tells nothing.
pub(super) fn next_report<'a>(socket: &impl AsFd, buffer: &'a mut [u8]) -> Result<Option<Report<'a>>, Empty> {
    let mut control = cmsg_space!(libc::sock_extended_err, libc::sockaddr_in6);
    let mut slices = [IoSliceMut::new(buffer)];
    let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
    let message =
        recvmsg::<SockaddrStorage>(socket.as_fd().as_raw_fd(), &mut slices, Some(&mut control), flags)
            .map_err(|_| Empty)?;
    let to = message.address.as_ref().and_then(socket_address);
    let length = message.bytes;
    let found = message.cmsgs().ok().and_then(|mut control| control.find_map(read));
    let report = to.zip(found).and_then(|(to, (extended, reporter))| {
        let error = icmp_of(&extended, to.ip())?;
        Some((to, error, reporter))
    });
    Ok(report.map(|(to, error, reporter)| Report { to, error, reporter, quoted: &buffer[..length] }))
}

/// The queue is empty.
pub(super) struct Empty;

fn read(message: ControlMessageOwned) -> Option<(libc::sock_extended_err, Option<IpAddr>)> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "nix has a variant per control message of the system")]
    match message {
        ControlMessageOwned::Ipv4RecvErr(error, from) => {
            let from = from.filter(|from| i32::from(from.sin_family) == libc::AF_INET);
            Some((error, from.map(|from| IpAddr::from(from.sin_addr.s_addr.to_ne_bytes()))))
        }
        ControlMessageOwned::Ipv6RecvErr(error, from) => {
            let from = from.filter(|from| i32::from(from.sin6_family) == libc::AF_INET6);
            Some((error, from.map(|from| IpAddr::from(from.sin6_addr.s6_addr))))
        }
        _ => None,
    }
}

/// The ICMP message that says the same to the app.
fn icmp_of(error: &libc::sock_extended_err, to: IpAddr) -> Option<IcmpError> {
    let errno = i32::try_from(error.ee_errno).ok()?;
    match error.ee_origin {
        // A "too big" message carries the MTU in `ee_info`, and no other error needs more than type and code.
        libc::SO_EE_ORIGIN_ICMP | libc::SO_EE_ORIGIN_ICMP6 => {
            let info = if errno == libc::EMSGSIZE { error.ee_info } else { 0 };
            Some(IcmpError { kind: error.ee_type, code: error.ee_code, info })
        }
        libc::SO_EE_ORIGIN_LOCAL => match errno {
            libc::EMSGSIZE => Some(IcmpError::too_big(to, error.ee_info)),
            libc::ENETUNREACH => Some(IcmpError::network_unreachable(to)),
            libc::EACCES | libc::EPERM => Some(IcmpError::prohibited(to)),
            libc::EHOSTUNREACH => Some(IcmpError::host_unreachable(to)),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn socket_address(address: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = address.as_sockaddr_in().map(|v4| SocketAddr::V4(SocketAddrV4::from(*v4)));
    v4.or_else(|| address.as_sockaddr_in6().map(|v6| SocketAddr::V6(SocketAddrV6::from(*v6))))
}
