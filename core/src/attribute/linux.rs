//! The owner of a flow on Linux: the kernel's socket tables give uid and inode, `/proc` the process.

use std::io;
use std::os::fd::OwnedFd;

use super::OwnerLookup;
use super::processes::Processes;
use super::sock_diag::SockDiag;
use crate::event::Owner;
use crate::packet::FiveTuple;

/// Looks up sockets of one network namespace.
pub struct LinuxOwners {
    sockets: SockDiag,
    processes: Processes,
}

impl LinuxOwners {
    /// A netlink socket for [`Self::new`]; it sees the network namespace of the thread that opens it, for good.
    ///
    /// # Errors
    /// When the system gives no such socket.
    pub fn open_socket() -> io::Result<OwnedFd> {
        SockDiag::open()
    }

    /// Looks up with a socket of [`Self::open_socket`], opened in the network namespace in which process `pid` is.
    pub fn new(socket: OwnedFd, pid: u32) -> Self {
        Self { sockets: SockDiag::new(socket), processes: Processes::beside(pid) }
    }
}

impl OwnerLookup for LinuxOwners {
    fn owner(&mut self, tuple: &FiveTuple) -> Option<Owner> {
        let socket = self.sockets.find(tuple)?;
        let process = self.processes.of_socket(socket.inode);
        let (pid, process) = process.map(|process| (process.pid, process.executable)).unzip();
        Some(Owner { uid: Some(socket.uid), packages: Vec::new(), process: process.flatten(), pid })
    }
}
