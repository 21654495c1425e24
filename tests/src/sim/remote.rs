//! The servers, seen through the sockets that the machine asks for.

use std::io;
use std::net::SocketAddr;

use telltale_core::flow::FlowKey;
use telltale_core::monitor::{Download, Monitor, RemoteError, Upload};

use super::app::DOWN;
use super::{Rng, Time, at, ms};
use crate::pattern;

/// What a server answers to a connection attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Accepts,
    Fails(RemoteError),
    Never,
}

/// When a server says that it sends no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// As soon as everything is sent.
    WhenSent,
    /// Once the app has said so.
    AfterApp,
    /// Never: it resets the connection once it has sent and taken so many bytes in all.
    Reset(usize),
    /// Never.
    Never,
}

/// What a server does.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    pub answer: Answer,
    /// It answers after so long.
    pub after: Time,
    pub download: usize,
    pub end: End,
    /// It takes and gives at most so much at once.
    pub chunk: usize,
    /// Of a thousand calls, so many would block.
    pub balks: u64,
    /// It takes nothing before.
    pub takes_from: Time,
}

/// A socket outside, with the server behind it.
#[derive(Debug)]
pub struct Remote {
    pub key: FlowKey,
    pub to: SocketAddr,
    pub script: Script,
    /// Bytes taken from the app.
    pub taken: usize,
    /// Bytes given to the app.
    pub given: usize,
    /// The socket was shut down for writing: the app sends no more.
    pub saw_end: bool,
    pub has_ended: bool,
    pub has_reset: bool,
    /// When there is news: an answer to `connect`, or readiness.
    pub wake: Option<Time>,
    is_connected: bool,
    rng: Rng,
}

impl Remote {
    /// A socket that begins to connect.
    pub fn new(key: FlowKey, to: SocketAddr, script: Script, rng: Rng, now: Time) -> Self {
        Self {
            key,
            to,
            script,
            taken: 0,
            given: 0,
            saw_end: false,
            has_ended: false,
            has_reset: false,
            wake: (script.answer != Answer::Never).then(|| now + script.after),
            is_connected: false,
            rng,
        }
    }

    /// Tells the machine what the socket has become ready for.
    pub fn handle_ready(&mut self, monitor: &mut Monitor, now: Time) {
        self.wake = None;
        if !self.is_connected {
            match self.script.answer {
                Answer::Accepts => monitor.handle_connected(self.key, at(now)),
                Answer::Fails(error) => return monitor.handle_connect_failed(self.key, error, at(now)),
                Answer::Never => return,
            }
            self.is_connected = true;
        }
        self.serve(monitor, now);
        monitor.wants_transmit(self.key);
    }

    /// Moves what can be moved, both ways, as the engine does.
    pub fn serve(&mut self, monitor: &mut Monitor, now: Time) {
        if !self.is_connected {
            return;
        }
        let upload = monitor.upload(self.key, at(now), |bytes| self.take(bytes, now));
        match upload {
            Upload::Finished => {
                assert!(!self.saw_end, "shut down twice");
                self.saw_end = true;
            }
            Upload::Drained | Upload::Blocked | Upload::Failed(_) => {}
        }
        let download = monitor.download(self.key, at(now), |space| self.give(space, now));
        if matches!(upload, Upload::Failed(_)) || matches!(download, Download::Failed(_)) {
            monitor.handle_remote_reset(self.key, at(now));
        }
    }

    fn take(&mut self, bytes: &[u8], now: Time) -> io::Result<usize> {
        assert!(!bytes.is_empty() && !self.saw_end, "nothing, or something after the end");
        self.fail_if_reset()?;
        if now < self.script.takes_from {
            return self.balk(self.script.takes_from);
        }
        if self.rng.chance(self.script.balks) {
            return self.balk_a_while(now);
        }
        let length = self.rng.below(bytes.len().min(self.script.chunk)) + 1;
        assert_eq!(bytes[..length], *pattern::bytes(self.taken, length), "uploaded from {}", self.taken);
        self.taken += length;
        Ok(length)
    }

    fn give(&mut self, space: &mut [u8], now: Time) -> io::Result<usize> {
        assert!(!space.is_empty() && !self.has_ended, "no room, or read after the end");
        self.fail_if_reset()?;
        let left = self.script.download - self.given;
        if left == 0 {
            return self.end();
        }
        if self.rng.chance(self.script.balks) {
            return self.balk_a_while(now);
        }
        let length = self.rng.below(space.len().min(self.script.chunk).min(left)) + 1;
        space[..length].copy_from_slice(pattern::bytes(DOWN + self.given, length));
        self.given += length;
        Ok(length)
    }

    fn end(&mut self) -> io::Result<usize> {
        let is_over = match self.script.end {
            End::WhenSent => true,
            End::AfterApp => self.saw_end,
            End::Reset(_) | End::Never => false,
        };
        if is_over {
            self.has_ended = true;
            return Ok(0);
        }
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn fail_if_reset(&mut self) -> io::Result<()> {
        if matches!(self.script.end, End::Reset(after) if self.taken + self.given >= after) {
            self.has_reset = true;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }

    fn balk_a_while(&mut self, now: Time) -> io::Result<usize> {
        let pause = ms(self.rng.within(1..=40));
        self.balk(now + pause)
    }

    fn balk(&mut self, until: Time) -> io::Result<usize> {
        self.wake = Some(self.wake.map_or(until, |wake| wake.min(until)));
        Err(io::ErrorKind::WouldBlock.into())
    }
}
