//! The server name of a QUIC connection: the ClientHello in its Initial packets, whose protection is no secret
//! (RFC 9001 section 5.2), and Google's older handshake.

mod crypto_stream;
mod google;
mod initial;
mod packet;
mod version;

use self::crypto_stream::CryptoStream;
use self::initial::ClientKeys;
use self::packet::LongHeader;
use self::version::{Handshake, Version};
use super::{Direction, Hello, Progress, Sighting, Sniffer, client_hello};
use crate::event::{Application, Provenance, Tls};

/// Datagrams of the client after which a hello that is still not whole is given up: one with post-quantum key
/// shares takes two or three, and each may be sent again.
const MAX_DATAGRAMS: u8 = 12;

/// Reads the first datagrams of a QUIC client.
#[derive(Default)]
pub(super) struct QuicSniffer {
    /// The keys of the first Initial: they stay when the server has chosen another connection id, unless it
    /// asked for a retry.
    first_keys: Option<ClientKeys>,
    crypto: CryptoStream,
    datagrams: u8,
}

impl Sniffer for QuicSniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        if direction == Direction::Down || bytes.is_empty() {
            return Progress::NeedMore;
        }
        self.datagrams += 1;
        match self.read_datagram(bytes) {
            Ok(Some(hello)) => Progress::Found(Sighting::Hello(Box::new(hello))),
            Ok(None) if self.datagrams < MAX_DATAGRAMS => Progress::NeedMore,
            Ok(None) | Err(NotQuic) => Progress::NotMine,
        }
    }
}

/// No QUIC connection starts like this, or none that shows a name.
#[derive(Debug)]
struct NotQuic;

impl QuicSniffer {
    /// Reads every packet of one datagram (RFC 9000 section 12.2).
    fn read_datagram(&mut self, datagram: &[u8]) -> Result<Option<Hello>, NotQuic> {
        if let Some(hello) = google::plain_hello(datagram) {
            return Ok(Some(google_hello(hello)));
        }
        let mut rest = datagram;
        while let Some(header) = LongHeader::parse(rest) {
            let version = Version::of(header.version);
            let (packet, next) = rest.split_at(header.end);
            if let Some(version) = version.filter(|version| version.is_initial(header.first_byte))
                && let Some(hello) = self.read_initial(&header, version, packet)?
            {
                return Ok(Some(hello));
            }
            rest = next;
        }
        // Every connection begins with a packet that has a long header; others may come between.
        if self.datagrams == 1 && rest.len() == datagram.len() { Err(NotQuic) } else { Ok(None) }
    }

    fn read_initial(
        &mut self,
        header: &LongHeader<'_>,
        version: &Version,
        packet: &[u8],
    ) -> Result<Option<Hello>, NotQuic> {
        let keys = ClientKeys::new(version, header.destination_id);
        let opened = keys.open(header, packet).or_else(|| self.first_keys.as_ref()?.open(header, packet));
        let Some(frames) = opened else { return Ok(None) };
        self.first_keys.get_or_insert(keys);
        match version.handshake {
            Handshake::Tls => self.read_frames(&frames),
            Handshake::Google => match google::find_hello(&frames) {
                Some(hello) => Ok(Some(google_hello(hello))),
                None => Ok(None),
            },
        }
    }

    fn read_frames(&mut self, frames: &[u8]) -> Result<Option<Hello>, NotQuic> {
        self.crypto.read_frames(frames);
        let Some(hello) = self.crypto.hello() else { return Ok(None) };
        client_hello::read(hello, Application::Quic, Provenance::QuicSni).map(Some).ok_or(NotQuic)
    }
}

fn google_hello(hello: &[u8]) -> Hello {
    Hello {
        application: Application::Quic,
        name: google::server_name(hello),
        tls: Tls::default(),
        hidden: None,
    }
}

#[cfg(test)]
mod tests;
