//! The remote's end of a TCP flow.

use std::io::{self, ErrorKind, Read};
use std::net::{Shutdown, SocketAddr};
use std::time::{Duration, Instant};

use nix::libc;
use rustix::event::epoll::EventFlags;
use socket2::{Domain, Protocol, Socket, Type};

use super::SocketFactory;
use crate::flow::FlowKey;
use crate::monitor::{Download, Monitor, Upload};

/// What a host usually sends with; others are passed on.
const USUAL_HOP_LIMIT: u8 = 64;

/// Reads beyond this fall out of the cache before they are written to the TUN.
const LARGEST_READ: usize = 256 * 1024;

/// A socket with what is known of its readiness: epoll tells only of changes.
pub(in crate::engine) struct TcpRemote {
    key: FlowKey,
    socket: Socket,
    is_connected: bool,
    is_readable: bool,
    is_writable: bool,
    /// The remote has closed or failed: a short read does not mean that nothing is left to read.
    is_ending: bool,
    /// The remote accepted and reset the connection before anyone looked: what it sent is read first.
    was_reset: bool,
}

/// What became of a connection attempt.
pub(in crate::engine) enum Connecting {
    Pending,
    Connected,
    Failed(io::Error),
}

impl TcpRemote {
    /// Begins to connect.
    ///
    /// # Errors
    /// What `connect` says at once.
    pub(in crate::engine) fn connect(
        key: FlowKey,
        to: SocketAddr,
        hop_limit: u8,
        sockets: &dyn SocketFactory,
    ) -> io::Result<Self> {
        let socket = sockets.socket(
            Domain::for_address(to),
            Type::STREAM.nonblocking().cloexec(),
            Some(Protocol::TCP),
        )?;
        socket.set_tcp_nodelay(true)?;
        if hop_limit != USUAL_HOP_LIMIT {
            set_hop_limit(&socket, to, hop_limit)?;
        }
        match socket.connect(&to.into()) {
            Err(error) if error.raw_os_error() != Some(libc::EINPROGRESS) => Err(error),
            _ => Ok(Self {
                key,
                socket,
                is_connected: false,
                is_readable: false,
                is_writable: false,
                is_ending: false,
                was_reset: false,
            }),
        }
    }

    pub(in crate::engine) fn key(&self) -> FlowKey {
        self.key
    }

    pub(in crate::engine) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Takes note of an epoll event.
    pub(in crate::engine) fn note(&mut self, flags: EventFlags) -> Connecting {
        let is_over = flags.intersects(EventFlags::HUP | EventFlags::ERR);
        self.is_ending |= is_over || flags.contains(EventFlags::RDHUP);
        self.is_readable |= self.is_ending || flags.contains(EventFlags::IN);
        self.is_writable |= is_over || flags.contains(EventFlags::OUT);
        if self.is_connected {
            return Connecting::Connected;
        }
        match self.socket.take_error() {
            // A refusal has another number: this one had been accepted.
            Ok(Some(error)) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
                self.is_connected = true;
                self.was_reset = true;
                Connecting::Connected
            }
            Ok(Some(error)) | Err(error) => Connecting::Failed(error),
            Ok(None) if flags.contains(EventFlags::OUT) => {
                self.is_connected = true;
                Connecting::Connected
            }
            Ok(None) => Connecting::Pending,
        }
    }

    /// Moves what can be moved, both ways.
    pub(in crate::engine) fn serve(&mut self, monitor: &mut Monitor, now: Instant) {
        if !self.is_connected {
            return;
        }
        let is_up = self.serve_upload(monitor, now);
        let is_down = self.serve_download(monitor, now);
        if !is_up || !is_down {
            monitor.handle_remote_reset(self.key, now);
        }
    }

    /// Closes the socket; a reset tells the remote that the app sent one.
    pub(in crate::engine) fn disconnect(self, reset: bool) {
        if reset && let Err(error) = self.socket.set_linger(Some(Duration::ZERO)) {
            log::debug!("connection closed without a reset: {error}");
        }
    }

    fn serve_upload(&mut self, monitor: &mut Monitor, now: Instant) -> bool {
        if !self.is_writable {
            return true;
        }
        let Self { socket, is_writable, .. } = self;
        let outcome = monitor.upload(self.key, now, |bytes| {
            if !*is_writable {
                return Err(ErrorKind::WouldBlock.into());
            }
            let sent = retrying(|| socket.send_with_flags(bytes, libc::MSG_NOSIGNAL))?;
            *is_writable = sent == bytes.len();
            Ok(sent)
        });
        match outcome {
            Upload::Drained => true,
            Upload::Blocked => {
                self.is_writable = false;
                true
            }
            // "Not connected" means that a reset came first; reading will tell.
            Upload::Finished => self.socket.shutdown(Shutdown::Write).is_ok() || self.is_readable,
            Upload::Failed(_) => false,
        }
    }

    fn serve_download(&mut self, monitor: &mut Monitor, now: Instant) -> bool {
        if !self.is_readable {
            return true;
        }
        let Self { socket, is_readable, is_ending, was_reset, .. } = self;
        let outcome = monitor.download(self.key, now, |space| {
            if !*is_readable {
                return Err(ErrorKind::WouldBlock.into());
            }
            let length = space.len().min(LARGEST_READ);
            let space = &mut space[..length];
            let mut socket: &Socket = socket;
            let received = retrying(|| socket.read(space))?;
            if received == 0 && *was_reset {
                return Err(ErrorKind::ConnectionReset.into());
            }
            *is_readable = received == space.len() || *is_ending;
            Ok(received)
        });
        match outcome {
            Download::Full => true,
            Download::Blocked | Download::Finished => {
                self.is_readable = false;
                true
            }
            Download::Failed(_) => false,
        }
    }
}

fn set_hop_limit(socket: &Socket, to: SocketAddr, hop_limit: u8) -> io::Result<()> {
    match to {
        SocketAddr::V4(_) => socket.set_ttl_v4(hop_limit.into()),
        SocketAddr::V6(_) => socket.set_unicast_hops_v6(hop_limit.into()),
    }
}

fn retrying<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
