//! What the client of a TLS connection says first.

use tls_parser::TlsVersion;

use super::records::{HANDSHAKE_HEADER, RECORD_HEADER, Records, Unfit, move_bytes};
use crate::event::{Application, Provenance, Tls};
use crate::sniff::Hello;
use crate::sniff::client_hello::{self, version_text};

/// A hello with one post-quantum key share takes about 1.8 KiB, with a large session ticket or several shares
/// some more; nobody sends one that outgrows a single record, 16 KiB.
pub(super) const MAX_HELLO: usize = 16 * 1024;

const CLIENT_HELLO: u8 = 1;

/// Types of records besides handshakes (RFC 8446 section 5.1).
const CHANGE_OF_CIPHERS: u8 = 20;
const ALERT: u8 = 21;
const DATA: u8 = 23;

/// How far the client's side was read.
#[derive(Debug, Default)]
pub(super) enum Client {
    /// Nothing, or too little to tell which form the hello has.
    #[default]
    Silent,
    Speaks(Records),
    /// Begins as hellos did that servers of SSL 2 had to understand: as far as it came.
    SpeaksOld(Vec<u8>),
    /// Begins with a record that is none of a handshake: as far as its header came.
    Enciphers(Vec<u8>),
    /// Said its hello; the rest is not read.
    Heard,
    /// In the middle of a connection, whose hello was not seen.
    Amid,
    /// Another protocol.
    Refused,
}

/// What the bytes so far make.
enum Read {
    Nothing,
    Hello(Box<Hello>),
    /// A record of an established connection.
    Record,
}

impl Read {
    fn hello(hello: Hello) -> Self {
        Self::Hello(Box::new(hello))
    }
}

impl Client {
    /// Takes bytes of the client; its hello, once it is whole.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Option<Hello> {
        if let (Self::Silent, Some(first)) = (&self, bytes.first()) {
            *self = Self::beginning_with(*first);
        }
        match self.read_on(bytes) {
            Ok(Read::Nothing) => {}
            Ok(Read::Hello(hello)) => {
                *self = Self::Heard;
                return Some(*hello);
            }
            Ok(Read::Record) => *self = Self::Amid,
            Err(Unfit) => *self = Self::Refused,
        }
        None
    }

    fn read_on(&mut self, mut bytes: &[u8]) -> Result<Read, Unfit> {
        match self {
            Self::Speaks(records) => match records.fill(&mut bytes, hello_length)? {
                true => read(&records.message).map(Read::hello).ok_or(Unfit),
                false => Ok(Read::Nothing),
            },
            Self::SpeaksOld(start) => {
                move_bytes(&mut bytes, start, OLD_HEADER);
                read_old(start)
            }
            Self::Enciphers(header) => {
                move_bytes(&mut bytes, header, RECORD_HEADER);
                read_enciphered(header)
            }
            Self::Silent | Self::Heard | Self::Amid | Self::Refused => Ok(Read::Nothing),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self, Self::Heard | Self::Amid | Self::Refused)
    }

    fn beginning_with(first: u8) -> Self {
        match first {
            0x80.. => Self::SpeaksOld(Vec::new()),
            CHANGE_OF_CIPHERS | ALERT | DATA => Self::Enciphers(Vec::new()),
            _ => Self::Speaks(Records::default()),
        }
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

/// What the header of a record that is no handshake shows, as far as it is there.
fn read_enciphered(header: &[u8]) -> Result<Read, Unfit> {
    const MAJOR_VERSION: u8 = 3;
    const MAX_MINOR: u8 = 4;
    // Ciphers add up to 2 KiB to the 16 that a record may hold (RFC 5246 section 6.2.3).
    const MAX_HIGH: u8 = 0x48;
    let fits = |at: usize, is_fit: fn(u8) -> bool| header.get(at).is_none_or(|byte| is_fit(*byte));
    let is_record = fits(1, |major| major == MAJOR_VERSION)
        && fits(2, |minor| minor <= MAX_MINOR)
        && fits(3, |high| high <= MAX_HIGH);
    match header.len() {
        _ if !is_record => Err(Unfit),
        RECORD_HEADER => Ok(Read::Record),
        _ => Ok(Read::Nothing),
    }
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

/// A hello in the form of SSL 2 has no room for a name, but says that TLS follows.
fn read_old(start: &[u8]) -> Result<Read, Unfit> {
    const MAJOR_VERSION: u8 = 3;
    if start.get(2).is_some_and(|kind| *kind != CLIENT_HELLO)
        || start.get(3).is_some_and(|major| *major != MAJOR_VERSION)
    {
        return Err(Unfit);
    }
    let Some(header) = start.first_chunk::<OLD_HEADER>() else { return Ok(Read::Nothing) };
    let word = |at: usize| usize::from(header[at]) << 8 | usize::from(header[at + 1]);
    let (ciphers, session, challenge) = (word(5), word(7), word(9));
    let is_usual = ciphers % 3 == 0 && matches!(session, 0 | 16) && (16..=32).contains(&challenge);
    let length = word(0) & 0x7fff;
    if !is_usual || ciphers == 0 || length != OLD_HEADER - 2 + ciphers + session + challenge {
        return Err(Unfit);
    }
    let version = version_text(TlsVersion(u16::from_be_bytes([header[3], header[4]])));
    let tls = Tls { version, alpn: Vec::new() };
    Ok(Read::hello(Hello { application: Application::Tls, name: None, tls, hidden: None }))
}
