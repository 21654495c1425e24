//! The remotes' side: ordinary sockets, made by whoever knows how to keep them outside the tunnel.

pub(super) mod datagrams;
mod error_queue;
pub(super) mod tcp;

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use socket2::{Domain, Protocol, Socket, Type};

/// Makes the sockets of the relay, which stay outside the tunnel.
pub trait SocketFactory: Send {
    /// A fresh socket; non-blocking and close-on-exec are set by the caller.
    ///
    /// # Errors
    /// When there is no descriptor, or the socket would not stay outside the tunnel.
    fn socket(&self, domain: Domain, kind: Type, protocol: Option<Protocol>) -> io::Result<Socket> {
        Socket::new(domain, kind, protocol)
    }
}

/// Sockets of this process's network, as they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct DirectSockets;

impl SocketFactory for DirectSockets {}

/// Sockets that somebody keeps outside the tunnel one by one, where the process is not outside as a whole.
pub struct ProtectedSockets<F>(pub F);

impl<F: Fn(BorrowedFd<'_>) -> bool + Send> SocketFactory for ProtectedSockets<F> {
    fn socket(&self, domain: Domain, kind: Type, protocol: Option<Protocol>) -> io::Result<Socket> {
        let socket = Socket::new(domain, kind, protocol)?;
        // Inside the tunnel its packets would go round in circles.
        if (self.0)(socket.as_fd()) { Ok(socket) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }
}

/// What the system says when descriptors ran out, said by ourselves.
pub(super) fn exhausted() -> io::Error {
    io::Error::from_raw_os_error(nix::libc::EMFILE)
}

/// Whether `error` says that descriptors or memory for sockets ran out.
pub(super) fn is_exhausted(error: &io::Error) -> bool {
    use nix::libc::{EMFILE, ENFILE, ENOBUFS, ENOMEM};
    matches!(error.raw_os_error(), Some(EMFILE | ENFILE | ENOBUFS | ENOMEM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_that_is_not_protected_is_none() {
        let open = |is_outside: bool| {
            ProtectedSockets(move |_: BorrowedFd<'_>| is_outside).socket(Domain::IPV4, Type::DGRAM, None)
        };
        assert!(open(true).is_ok());
        assert_eq!(open(false).unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    }
}
