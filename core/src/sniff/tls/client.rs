//! What the client of a TLS connection says first.

use tls_parser::TlsVersion;

use super::records::{HANDSHAKE_HEADER, Records, Unfit};
use crate::event::{Application, Provenance, Tls};
use crate::sniff::Hello;
use crate::sniff::client_hello::{self, version_text};

/// A hello with one post-quantum key share takes about 1.8 KiB, with a large session ticket or several shares
/// some more; nobody sends one that outgrows a single record, 16 KiB.
pub(super) const MAX_HELLO: usize = 16 * 1024;

const CLIENT_HELLO: u8 = 1;

/// How far the client's side was read.
#[derive(Debug, Default)]
pub(super) enum Client {
    /// Nothing, or too little to tell which form the hello has.
    #[default]
    Silent,
    Speaks(Records),
    /// Begins as hellos did that servers of SSL 2 had to understand: as far as it came.
    SpeaksOld(Vec<u8>),
    /// Said its hello; the rest is not read.
    Heard,
    /// No hello: another protocol, or the middle of a connection.
    Refused,
}

impl Client {
    /// Takes bytes of the client; its hello, once it is whole.
    pub(super) fn take(&mut self, mut bytes: &[u8]) -> Option<Hello> {
        if matches!(self, Self::Silent)
            && let Some(first) = bytes.first()
        {
            let is_old = first & 0x80 != 0;
            *self = if is_old { Self::SpeaksOld(Vec::new()) } else { Self::Speaks(Records::default()) };
        }
        let read = match self {
            Self::Speaks(records) => match records.fill(&mut bytes, hello_length) {
                Ok(true) => read(&records.message).map(Some).ok_or(Unfit),
                Ok(false) => Ok(None),
                Err(Unfit) => Err(Unfit),
            },
            Self::SpeaksOld(start) => {
                let room = OLD_HEADER.saturating_sub(start.len());
                start.extend(bytes.iter().take(room));
                read_old(start)
            }
            Self::Silent | Self::Heard | Self::Refused => return None,
        };
        match &read {
            Ok(None) => {}
            Ok(Some(_)) => *self = Self::Heard,
            Err(Unfit) => *self = Self::Refused,
        }
        read.unwrap_or_default()
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self, Self::Heard | Self::Refused)
    }

    /// As much of a hello as there is, if it will not be whole.
    pub(super) fn finish(&mut self) -> Option<Hello> {
        let Self::Speaks(records) = std::mem::take(self) else { return None };
        read(&records.message)
    }
}

fn read(message: &[u8]) -> Option<Hello> {
    client_hello::read(message.get(HANDSHAKE_HEADER..)?, Application::Tls, Provenance::TlsSni)
}

/// How many bytes make the hello; those of its header, as long as that is not whole.
fn hello_length(message: &[u8]) -> Result<usize, Unfit> {
    match *message {
        [] => Ok(HANDSHAKE_HEADER),
        [kind, ..] if kind != CLIENT_HELLO => Err(Unfit),
        [_, high, middle, low, ..] => whole_length(u32::from_be_bytes([0, high, middle, low])),
        _ => Ok(HANDSHAKE_HEADER),
    }
}

fn whole_length(body: u32) -> Result<usize, Unfit> {
    match usize::try_from(body) {
        Ok(body @ 1..) if body + HANDSHAKE_HEADER <= MAX_HELLO => Ok(body + HANDSHAKE_HEADER),
        _ => Err(Unfit),
    }
}

/// Length, type, version, and the lengths of ciphers, session id and challenge (RFC 5246 appendix E.2).
const OLD_HEADER: usize = 11;

/// A hello in the form of SSL 2 has no room for a name, but says that TLS follows. `None` as long as it is too
/// short to tell.
fn read_old(start: &[u8]) -> Result<Option<Hello>, Unfit> {
    const MAJOR_VERSION: u8 = 3;
    if start.get(2).is_some_and(|kind| *kind != CLIENT_HELLO)
        || start.get(3).is_some_and(|major| *major != MAJOR_VERSION)
    {
        return Err(Unfit);
    }
    let Some(header) = start.first_chunk::<OLD_HEADER>() else { return Ok(None) };
    let word = |at: usize| usize::from(header[at]) << 8 | usize::from(header[at + 1]);
    let (ciphers, session, challenge) = (word(5), word(7), word(9));
    let is_usual = ciphers % 3 == 0 && matches!(session, 0 | 16) && (16..=32).contains(&challenge);
    let length = word(0) & 0x7fff;
    if !is_usual || ciphers == 0 || length != OLD_HEADER - 2 + ciphers + session + challenge {
        return Err(Unfit);
    }
    let version = version_text(TlsVersion(u16::from_be_bytes([header[3], header[4]])));
    let tls = Tls { version, alpn: Vec::new() };
    Ok(Some(Hello { application: Application::Tls, name: None, tls, hidden: None }))
}
