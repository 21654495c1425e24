//! System calls that no safe wrapper offers. The only file of this crate with unsafe code.
#![expect(
    unsafe_code,
    reason = "socket options, link addresses and fork hooks that nix and socket2 leave out"
)]

use std::ffi::c_int;
use std::io;
use std::mem::{MaybeUninit, size_of};
use std::os::fd::AsRawFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use nix::libc;
use nix::sys::prctl;
use nix::sys::signal::Signal;
use socket2::{SockAddr, SockAddrStorage};

/// Moves the test binary into private namespaces before its `main` starts threads, since only a process with one
/// thread may enter a user namespace. Once per test binary, at its root.
#[macro_export]
macro_rules! enter_before_main {
    () => {
        #[expect(unsafe_code, reason = "libtest offers no hook that runs before its threads")]
        const _: () = {
            // The C runtime calls every function in this section before `main`; this one only makes system calls.
            #[used]
            #[unsafe(link_section = ".init_array")]
            static ENTER: extern "C" fn() = {
                extern "C" fn enter() {
                    $crate::world::enter();
                }
                enter
            };
        };
    };
}

/// Lets the kernel kill the child as soon as the thread that spawns it ends.
pub fn die_with_parent(command: &mut Command) -> &mut Command {
    // SAFETY: the hook runs between fork and exec and makes one system call, which is async-signal-safe.
    unsafe { command.pre_exec(|| prctl::set_pdeathsig(Signal::SIGKILL).map_err(io::Error::from)) }
}

/// Sets a socket option that is an integer.
pub fn set_option(socket: &impl AsRawFd, level: c_int, name: c_int, value: c_int) -> io::Result<()> {
    // SAFETY: `value` outlives the call and its size is passed along.
    let result =
        unsafe { libc::setsockopt(socket.as_raw_fd(), level, name, (&raw const value).cast(), INT_LEN) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Reads a socket option that is an integer.
pub fn option(socket: &impl AsRawFd, level: c_int, name: c_int) -> io::Result<c_int> {
    let mut value: c_int = 0;
    let mut len = INT_LEN;
    // SAFETY: the kernel writes at most `len` bytes to `value`; both outlive the call.
    let result =
        unsafe { libc::getsockopt(socket.as_raw_fd(), level, name, (&raw mut value).cast(), &raw mut len) };
    if result == 0 { Ok(value) } else { Err(io::Error::last_os_error()) }
}

#[expect(clippy::cast_possible_truncation, reason = "the size of an int")]
const INT_LEN: libc::socklen_t = size_of::<c_int>() as libc::socklen_t;

/// The address of a packet socket: one interface, one EtherType and the neighbour's hardware address.
pub fn link_address(interface: c_int, ethertype: u16, neighbour: [u8; 6]) -> SockAddr {
    let mut hardware = [0; 8];
    hardware[..6].copy_from_slice(&neighbour);
    let address = libc::sockaddr_ll {
        sll_family: libc::sa_family_t::try_from(libc::AF_PACKET).expect("a small constant"),
        sll_protocol: ethertype.to_be(),
        sll_ifindex: interface,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 6,
        sll_addr: hardware,
    };
    let mut storage = SockAddrStorage::zeroed();
    // SAFETY: a sockaddr_ll is one of the addresses that the storage is made for, and its length is passed along.
    unsafe {
        *storage.view_as::<libc::sockaddr_ll>() = address;
        SockAddr::new(storage, LINK_LEN)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the size of a small struct")]
const LINK_LEN: libc::socklen_t = size_of::<libc::sockaddr_ll>() as libc::socklen_t;

/// How a child ended, and what it took.
#[derive(Debug, Clone, Copy)]
pub struct End {
    pub status: ExitStatus,
    /// Processor time, in the kernel too.
    pub cpu: Duration,
    /// The most memory that was resident at any time, in kB.
    pub peak_kb: u64,
}

/// Waits for a child, whose output nobody reads, and says what it took.
pub fn wait(child: Child) -> io::Result<End> {
    let pid = libc::pid_t::try_from(child.id()).map_err(io::Error::other)?;
    let (mut status, mut usage) = (0, MaybeUninit::<libc::rusage>::zeroed());
    // SAFETY: both results outlive the call, and the child was not waited for.
    let result = unsafe { libc::wait4(pid, &raw mut status, 0, usage.as_mut_ptr()) };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel filled it; all zeros would be a value, too.
    let usage = unsafe { usage.assume_init() };
    let time = |time: libc::timeval| {
        let (seconds, micros) = (u64::try_from(time.tv_sec), u64::try_from(time.tv_usec));
        Duration::from_secs(seconds.unwrap_or(0)) + Duration::from_micros(micros.unwrap_or(0))
    };
    Ok(End {
        status: ExitStatus::from_raw(status),
        cpu: time(usage.ru_utime) + time(usage.ru_stime),
        peak_kb: u64::try_from(usage.ru_maxrss).unwrap_or(0),
    })
}
