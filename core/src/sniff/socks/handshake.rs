//! What the two sides of a SOCKS handshake say.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use crate::sniff::shown_host;

/// Whom the proxy is to connect to.
pub(super) struct Target {
    pub(super) host: Option<Arc<str>>,
    pub(super) port: u16,
    /// The request is hard to mistake for one of another protocol.
    pub(super) is_sure: bool,
}

/// Bytes that follow each other.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

/// Why a handshake was not read.
pub(super) enum Unread {
    /// It has not all come.
    Partial,
    NotSocks,
}

impl<'a> Reader<'a> {
    /// All that the client says.
    pub(super) fn handshake(&mut self) -> Result<Target, Unread> {
        match self.byte()? {
            4 => self.request_4(),
            5 => {
                self.methods()?;
                self.request_5()
            }
            _ => Err(Unread::NotSocks),
        }
    }

    /// User's name and, if the address is none (0.0.0.x), the host's, each with a zero behind it.
    fn request_4(&mut self) -> Result<Target, Unread> {
        self.one_of(&[1, 2])?;
        let port = self.port()?;
        let address = Ipv4Addr::from(*self.array::<4>()?);
        let user = self.text()?;
        let is_named = matches!(address.octets(), [0, 0, 0, last] if last > 0);
        let host = if is_named { shown_host(self.text()?) } else { Some(address.to_string().into()) };
        let is_text = user.iter().all(u8::is_ascii_graphic);
        if is_text && host.is_some() {
            Ok(Target { host, port, is_sure: is_named })
        } else {
            Err(Unread::NotSocks)
        }
    }

    /// Nine methods are registered; clients offer two or three.
    fn methods(&mut self) -> Result<(), Unread> {
        let count = self.byte()?;
        if !(1..=8).contains(&count) {
            return Err(Unread::NotSocks);
        }
        self.take(count.into())?;
        Ok(())
    }

    fn request_5(&mut self) -> Result<Target, Unread> {
        if self.one_of(&[1, 5])? == 1 {
            self.counted()?;
            self.counted()?;
            self.one_of(&[5])?;
        }
        self.one_of(&[1, 2, 3])?;
        self.one_of(&[0])?;
        let host = self.address_5()?;
        Ok(Target { host, port: self.port()?, is_sure: true })
    }

    fn address_5(&mut self) -> Result<Option<Arc<str>>, Unread> {
        Ok(match self.one_of(&[1, 3, 4])? {
            1 => Some(Ipv4Addr::from(*self.array::<4>()?).to_string().into()),
            3 => shown_host(self.counted()?),
            _ => Some(Ipv6Addr::from(*self.array::<16>()?).to_string().into()),
        })
    }

    pub(super) fn answer_4(&mut self) -> Result<(), Unread> {
        self.one_of(&[0])?;
        self.one_of(&[90])?;
        self.take(6).map(|_| ())
    }

    /// The method that was chosen, whether user and password were right, and whether there is a connection.
    pub(super) fn answers_5(&mut self) -> Result<(), Unread> {
        self.one_of(&[5])?;
        if self.one_of(&[0, 2])? == 2 {
            self.one_of(&[1])?;
            self.one_of(&[0])?;
        }
        self.one_of(&[5])?;
        self.one_of(&[0])?;
        self.one_of(&[0])?;
        self.address_5()?;
        self.port().map(|_| ())
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Unread> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Unread::Partial)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Unread> {
        self.take(N)?.first_chunk().ok_or(Unread::Partial)
    }

    fn byte(&mut self) -> Result<u8, Unread> {
        self.array::<1>().map(|&[byte]| byte)
    }

    fn one_of(&mut self, allowed: &[u8]) -> Result<u8, Unread> {
        let byte = self.byte()?;
        if allowed.contains(&byte) { Ok(byte) } else { Err(Unread::NotSocks) }
    }

    fn port(&mut self) -> Result<u16, Unread> {
        self.array::<2>().map(|bytes| u16::from_be_bytes(*bytes))
    }

    fn counted(&mut self) -> Result<&'a [u8], Unread> {
        let length = self.byte()?;
        self.take(length.into())
    }

    /// Text up to a zero.
    fn text(&mut self) -> Result<&'a [u8], Unread> {
        let end = self.0.iter().take(256).position(|&byte| byte == 0);
        let end = end.ok_or(if self.0.len() < 256 { Unread::Partial } else { Unread::NotSocks })?;
        let text = self.take(end)?;
        self.take(1)?;
        Ok(text)
    }
}
