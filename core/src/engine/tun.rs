//! The TUN: one packet per read, one per write.
#![expect(unsafe_code, reason = "TUNSETIFF has no safe wrapper in the crates that we use")]

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::libc;

/// A TUN device by its descriptor, such as Android's `VpnService` hands over.
#[derive(Debug)]
pub struct Tun {
    file: File,
}

/// Why there is no TUN.
#[derive(Debug, thiserror::Error)]
pub enum TunError {
    #[error("'{0}' is no name for an interface: use 1 to 15 bytes without '/' or spaces")]
    Name(String),
    #[error("failed to open /dev/net/tun; load the module 'tun' or make the device readable")]
    Open(#[source] io::Error),
    #[error("failed to create the interface '{name}'; this needs CAP_NET_ADMIN in this network namespace")]
    Create { name: String, source: io::Error },
}

// linux/if_tun.h; nix's macro builds the request number and the call.
nix::ioctl_write_int!(tun_set_iff, b'T', 202);

impl Tun {
    /// Takes over a descriptor and makes it non-blocking.
    ///
    /// # Errors
    /// When it is no open descriptor.
    pub fn new(fd: OwnedFd) -> io::Result<Self> {
        let flags = OFlag::from_bits_retain(fcntl(&fd, FcntlArg::F_GETFL)?);
        fcntl(&fd, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
        Ok(Self { file: File::from(fd) })
    }

    /// Makes the interface `name` in the network namespace of this thread.
    ///
    /// # Errors
    /// See [`TunError`].
    pub fn create(name: &str) -> Result<OwnedFd, TunError> {
        let mut request = interface_request(name)?;
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(libc::O_CLOEXEC | libc::O_NONBLOCK)
            .open("/dev/net/tun")
            .map_err(TunError::Open)?;
        let pointer = &raw mut request;
        // SAFETY: TUNSETIFF reads and writes one `ifreq` at the address, which is valid for the call.
        unsafe { tun_set_iff(file.as_raw_fd(), pointer as libc::c_ulong) }
            .map_err(|error| TunError::Create { name: name.to_owned(), source: error.into() })?;
        Ok(file.into())
    }

    /// Reads one packet; [`io::ErrorKind::WouldBlock`] if there is none.
    ///
    /// # Errors
    /// Any other error means that the interface is gone.
    pub(super) fn receive(&self, packet: &mut [u8]) -> io::Result<usize> {
        (&self.file).read(packet)
    }

    /// Writes one packet.
    ///
    /// # Errors
    /// When the kernel has no memory for it or the interface is down; the packet is lost then.
    pub(super) fn send(&self, packet: &[u8]) -> io::Result<usize> {
        (&self.file).write(packet)
    }
}

impl AsFd for Tun {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

fn interface_request(name: &str) -> Result<libc::ifreq, TunError> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'/';
    if name.is_empty() || name.len() >= libc::IFNAMSIZ || !name.bytes().all(is_plain) {
        return Err(TunError::Name(name.to_owned()));
    }
    let mut interface = [0; libc::IFNAMSIZ];
    for (to, from) in interface.iter_mut().zip(name.bytes()) {
        *to = libc::c_char::from_ne_bytes([from]);
    }
    let flags = libc::IFF_TUN | libc::IFF_NO_PI;
    let ifr_ifru = libc::__c_anonymous_ifr_ifru { ifru_flags: i16::try_from(flags).unwrap_or_default() };
    Ok(libc::ifreq { ifr_name: interface, ifr_ifru })
}
