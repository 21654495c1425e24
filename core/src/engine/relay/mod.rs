//! The remotes' side: ordinary sockets, made by whoever knows how to keep them outside the tunnel.

pub(super) mod datagrams;
mod error_queue;
pub(super) mod tcp;

use std::io;

use socket2::{Domain, Protocol, Socket, Type};

/// Makes the sockets of the relay.
///
/// On Android it protects each of them, so that it stays outside the tunnel; a failure to do so is an error,
/// for the packets would go round in circles.
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

/// What the system says when descriptors ran out, said by ourselves.
pub(super) fn exhausted() -> io::Error {
    io::Error::from_raw_os_error(nix::libc::EMFILE)
}

/// Whether `error` says that descriptors or memory for sockets ran out.
pub(super) fn is_exhausted(error: &io::Error) -> bool {
    use nix::libc::{EMFILE, ENFILE, ENOBUFS, ENOMEM};
    matches!(error.raw_os_error(), Some(EMFILE | ENFILE | ENOBUFS | ENOMEM))
}
