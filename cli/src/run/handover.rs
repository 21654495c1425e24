//! The socket over which the TUN comes out of the namespace, such as Android hands one over.
#![expect(unsafe_code, reason = "descriptors come out of a control message as numbers")]

use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use nix::cmsg_space;
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};

/// The inner process only sets a few things up.
const PATIENCE: Duration = Duration::from_secs(10);

/// First byte of a message of the inner process: descriptors come with it.
const DONE: u8 = 1;
/// Or the reason why not follows.
const FAILED: u8 = 0;

/// The outer end, before the inner process has called.
pub(super) struct Control {
    listener: UnixListener,
}

/// The outer end, afterwards.
pub(super) struct Connection {
    stream: UnixStream,
}

/// The inner process waits for a word.
pub(super) struct Waiting {
    stream: UnixStream,
}

/// The inner end.
pub(super) struct Inner {
    stream: UnixStream,
}

impl Control {
    pub(super) fn listen(folder: &Path) -> io::Result<Self> {
        let listener = UnixListener::bind(path(folder))?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener })
    }

    /// Waits for the inner process, which is `child`.
    pub(super) fn accept(&self, child: &mut Child) -> Result<Connection, String> {
        let deadline = now() + PATIENCE;
        loop {
            match self.listener.accept() {
                Ok((stream, _)) => return Connection::new(stream).map_err(|error| error.to_string()),
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error.to_string()),
                Err(_) if matches!(child.try_wait(), Ok(Some(_))) => return Err("it ended early".to_owned()),
                Err(_) if now() > deadline => return Err("it did not answer".to_owned()),
                Err(_) => thread::sleep(Duration::from_millis(1)),
            }
        }
    }
}

impl Connection {
    fn new(stream: UnixStream) -> io::Result<Self> {
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream })
    }

    /// Takes the TUN and the socket that looks up owners.
    pub(super) fn receive(self) -> Result<(Waiting, OwnedFd, OwnedFd), String> {
        let mut text = [0; 1024];
        let (length, descriptors) = receive(&self.stream, &mut text).map_err(|error| error.to_string())?;
        match (text[..length].split_first(), <[OwnedFd; 2]>::try_from(descriptors)) {
            (Some((&DONE, _)), Ok([tun, diag])) => Ok((Waiting { stream: self.stream }, tun, diag)),
            (Some((&FAILED, reason)), _) => Err(String::from_utf8_lossy(reason).into_owned()),
            _ => Err("it ended early".to_owned()),
        }
    }
}

impl Waiting {
    /// Lets the inner process become the command.
    pub(super) fn go(&mut self) -> io::Result<()> {
        self.stream.write_all(&[DONE])
    }
}

impl Inner {
    pub(super) fn connect(folder: &Path) -> io::Result<Self> {
        Ok(Self { stream: UnixStream::connect(path(folder))? })
    }

    /// Hands the descriptors over and waits until the monitor serves.
    pub(super) fn hand_over(&mut self, tun: BorrowedFd<'_>, diag: BorrowedFd<'_>) -> io::Result<()> {
        let descriptors = [tun.as_raw_fd(), diag.as_raw_fd()];
        let rights = [ControlMessage::ScmRights(&descriptors)];
        let text = [IoSlice::new(&[DONE])];
        sendmsg::<()>(self.stream.as_raw_fd(), &text, &rights, MsgFlags::MSG_NOSIGNAL, None)?;
        self.stream.read_exact(&mut [0])
    }

    /// Says why there is nothing to hand over.
    pub(super) fn fail(&mut self, reason: &str) -> io::Result<()> {
        let mut text = vec![FAILED];
        text.extend_from_slice(reason.as_bytes());
        self.stream.write_all(&text)
    }
}

fn receive(stream: &UnixStream, text: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
    let mut control = cmsg_space!([RawFd; 2]);
    let mut slices = [IoSliceMut::new(text)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = recvmsg::<()>(stream.as_raw_fd(), &mut slices, Some(&mut control), flags)?;
    let mut descriptors = Vec::new();
    for control in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(received) = control {
            descriptors.extend(received.into_iter().map(own));
        }
    }
    Ok((message.bytes, descriptors))
}

fn own(descriptor: RawFd) -> OwnedFd {
    // SAFETY: the kernel has just made the descriptor for this process and told nobody else its number.
    unsafe { OwnedFd::from_raw_fd(descriptor) }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("control")
}

#[expect(clippy::disallowed_methods, reason = "a start-up time-out of the command, not of the machine")]
fn now() -> Instant {
    Instant::now()
}
