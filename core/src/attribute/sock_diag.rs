//! One socket of the kernel's tables by its five-tuple (sock_diag(7)): O(1), however many there are.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use netlink_packet_core::{NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_sock_diag::SockDiagMessage;
use netlink_packet_sock_diag::inet::{ExtensionFlags, InetRequest, SocketId, StateFlags};
use nix::libc;
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, setsockopt, socket, sockopt,
};
use nix::sys::time::TimeVal;

use crate::packet::{FiveTuple, Protocol};

/// The kernel answers at once; should it not, the question is given up.
const PATIENCE: TimeVal = TimeVal::new(1, 0);

/// An answer is far smaller.
const ANSWER: usize = 4096;

/// A netlink socket.
pub(super) struct SockDiag {
    socket: OwnedFd,
}

/// What the tables say of a socket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) uid: u32,
    /// 0 once the process has closed it.
    pub(super) inode: u32,
}

impl SockDiag {
    pub(super) fn open() -> io::Result<OwnedFd> {
        let fd = socket(
            AddressFamily::Netlink,
            SockType::Datagram,
            SockFlag::SOCK_CLOEXEC,
            SockProtocol::NetlinkSockDiag,
        )?;
        setsockopt(&fd, sockopt::ReceiveTimeout, &PATIENCE)?;
        Ok(fd)
    }

    pub(super) fn new(socket: OwnedFd) -> Self {
        Self { socket }
    }

    /// The app's socket of a flow.
    pub(super) fn find(&self, tuple: &FiveTuple) -> Option<Found> {
        let request = request(tuple)?;
        let mut bytes = vec![0; request.buffer_len()];
        request.serialize(&mut bytes);
        send(self.socket.as_raw_fd(), &bytes, MsgFlags::empty()).ok()?;
        let mut answer = [0; ANSWER];
        let length = recv(self.socket.as_raw_fd(), &mut answer, MsgFlags::empty()).ok()?;
        found(&answer[..length])
    }
}

fn request(tuple: &FiveTuple) -> Option<NetlinkMessage<SockDiagMessage>> {
    let family = if tuple.originator.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    let (protocol, source, destination) = match tuple.protocol {
        Protocol::Tcp => (libc::IPPROTO_TCP, tuple.originator, tuple.responder),
        // For UDP the kernel takes the two ends the other way round ("for historical reasons", net/ipv4/udp_diag.c).
        Protocol::Udp => (libc::IPPROTO_UDP, tuple.responder, tuple.originator),
        // Echo sockets are not in these tables.
        Protocol::Icmp => return None,
    };
    let socket_id = SocketId {
        source_port: source.port(),
        destination_port: destination.port(),
        source_address: source.ip(),
        destination_address: destination.ip(),
        interface_id: 0,
        // INET_DIAG_NOCOOKIE
        cookie: [0xff; 8],
    };
    let request = InetRequest {
        family: u8::try_from(family).ok()?,
        protocol: u8::try_from(protocol).ok()?,
        extensions: ExtensionFlags::empty(),
        states: StateFlags::all(),
        socket_id,
    };
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST;
    let mut message = NetlinkMessage::new(header, SockDiagMessage::InetRequest(request).into());
    message.finalize();
    Some(message)
}

fn found(answer: &[u8]) -> Option<Found> {
    let message = NetlinkMessage::<SockDiagMessage>::deserialize(answer).ok()?;
    let NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(response)) = message.payload else {
        return None;
    };
    Some(Found { uid: response.header.uid, inode: response.header.inode })
}
