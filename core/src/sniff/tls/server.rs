//! What the server of a TLS connection answers before all is encrypted.

use std::sync::Arc;

use super::records::{HANDSHAKE_HEADER, Records, Unfit};
use crate::sniff::{certificate, server_hello};

/// The server's own certificate: those for hundreds of names take 10 KiB, and more than a record is not worth its
/// memory. Those that vouch for it, which follow, are not read.
const MAX_CERTIFICATE: usize = 16 * 1024;
/// A hello with a post-quantum key share takes 1.2 KiB.
const MAX_HELLO: usize = 4 * 1024;

const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;

/// Header of the message, length of the list, length of its first certificate (RFC 5246 section 7.4.2).
const CERTIFICATE_HEADER: usize = HANDSHAKE_HEADER + 3 + 3;

/// What the server said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Version(Arc<str>),
    Certificate(Vec<Arc<str>>),
}

/// How far the server's side was read.
#[derive(Debug, Default)]
pub(super) struct Server {
    records: Records,
    has_chosen: bool,
    /// Nothing more is to be read: all was, what follows is encrypted, or it speaks something else.
    is_over: bool,
}

impl Server {
    /// Takes bytes of the server and tells what they show.
    pub(super) fn take(&mut self, mut bytes: &[u8], mut tell: impl FnMut(Answer)) {
        while !self.is_over {
            let has_chosen = self.has_chosen;
            match self.records.fill(&mut bytes, |message| wanted(message, has_chosen)) {
                Ok(true) => self.read_message().into_iter().for_each(&mut tell),
                Ok(false) => return,
                Err(Unfit) => self.end(),
            }
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// It speaks TLS, by all that came.
    pub(super) fn has_begun(&self) -> bool {
        !self.is_over && (self.has_chosen || self.records.has_begun())
    }

    fn read_message(&mut self) -> Option<Answer> {
        let message = std::mem::take(&mut self.records.message);
        if message.first() == Some(&SERVER_HELLO) {
            self.has_chosen = true;
            let Some(version) = server_hello::version(message.get(HANDSHAKE_HEADER..)?) else {
                self.end();
                return None;
            };
            if server_hello::hides_the_rest(&version) {
                self.end();
            }
            return Some(Answer::Version(version));
        }
        self.end();
        let hosts = certificate::hosts(message.get(CERTIFICATE_HEADER..)?);
        (!hosts.is_empty()).then_some(Answer::Certificate(hosts))
    }

    fn end(&mut self) {
        *self = Self { is_over: true, ..Self::default() };
    }
}

/// How many bytes of a message are worth reading. A server that resumes a session, or has no certificate, goes on
/// with other messages: nothing follows that would tell a name.
fn wanted(message: &[u8], has_chosen: bool) -> Result<usize, Unfit> {
    match *message {
        [] => Ok(HANDSHAKE_HEADER),
        [SERVER_HELLO, high, middle, low, ..] if !has_chosen => {
            at_most(MAX_HELLO, HANDSHAKE_HEADER, [high, middle, low])
        }
        [CERTIFICATE, _, _, _, _, _, _, high, middle, low, ..] => {
            at_most(MAX_CERTIFICATE, CERTIFICATE_HEADER, [high, middle, low])
        }
        [CERTIFICATE, high, middle, low, ..]
            if length([high, middle, low]) < CERTIFICATE_HEADER - HANDSHAKE_HEADER =>
        {
            Err(Unfit)
        }
        [CERTIFICATE, _, _, _, ..] => Ok(CERTIFICATE_HEADER),
        [SERVER_HELLO, ..] if !has_chosen => Ok(HANDSHAKE_HEADER),
        [CERTIFICATE, ..] => Ok(HANDSHAKE_HEADER),
        _ => Err(Unfit),
    }
}

fn at_most(limit: usize, header: usize, field: [u8; 3]) -> Result<usize, Unfit> {
    match length(field) {
        body if (1..=limit).contains(&body) => Ok(header + body),
        _ => Err(Unfit),
    }
}

fn length([high, middle, low]: [u8; 3]) -> usize {
    usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)
}
