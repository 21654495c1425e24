//! The server name of a QUIC connection: the ClientHello in its Initial packets, whose protection is no secret
//! (RFC 9001 section 5.2), and Google's older handshake.

mod crypto_stream;
mod google;
mod initial;
mod packet;
mod version;

use self::crypto_stream::CryptoStream;
use self::initial::ClientKeys;
use self::packet::{LongHeader, Start};
use self::version::{Handshake, Version};
use super::readings::Readings;
use super::{Direction, Hello, Progress, Sighting, Sniffer, client_hello};
use crate::event::{Application, Hidden, Provenance, Tls};

/// Datagrams of the client after which a hello that is still not whole is given up: one with post-quantum key
/// shares takes two or three, and each may be sent again.
const MAX_DATAGRAMS: u8 = 12;

/// Reads the first datagrams of a QUIC client.
///
/// That it is QUIC is told at once. When the hello cannot be read after all, that is told as [`Hidden::Hello`].
#[derive(Default)]
pub(super) struct QuicSniffer {
    attempt: Option<Attempt>,
    crypto: CryptoStream,
    datagrams: u8,
    evidence: Evidence,
    is_told: bool,
    readings: Readings,
}

/// A version and the connection id that the client drew for its first Initial, or was given by a retry: the keys
/// follow from both. They stay when the server has chosen another connection id.
struct Attempt {
    version: u32,
    id: Vec<u8>,
}

/// What speaks for QUIC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    #[default]
    None,
    /// A packet of a connection.
    Packet,
    /// A packet that should hold the client's hello, or a part of it.
    Hello,
}

impl Sniffer for QuicSniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        if direction == Direction::Up && !bytes.is_empty() && !self.readings.is_over() {
            self.take(bytes);
        }
        self.readings.tell()
    }

    fn finish(&mut self) -> Option<Sighting> {
        let sighting = if self.readings.is_over() { None } else { self.conclusion() };
        self.readings.end();
        sighting
    }
}

impl QuicSniffer {
    fn take(&mut self, datagram: &[u8]) {
        self.datagrams += 1;
        if let Some(hello) = self.read_datagram(datagram) {
            self.readings.add(Sighting::Hello(Box::new(hello)));
            self.end();
        } else if self.evidence == Evidence::None {
            // Every connection begins with a packet that tells its version.
            self.end();
        } else {
            if !std::mem::replace(&mut self.is_told, true) {
                self.readings.add(Sighting::Application(Application::Quic));
            }
            if self.datagrams >= MAX_DATAGRAMS {
                self.conclusion().into_iter().for_each(|sighting| self.readings.add(sighting));
                self.end();
            }
        }
    }

    fn end(&mut self) {
        self.crypto = CryptoStream::default();
        self.readings.end();
    }

    /// What the hello says as far as it came; else, that it was not readable.
    fn conclusion(&self) -> Option<Sighting> {
        let partial = self.crypto.partial_hello();
        let partial = partial.and_then(read_hello).filter(|hello| hello.name.is_some());
        if let Some(hello) = partial {
            return Some(Sighting::Hello(Box::new(hello)));
        }
        (self.evidence == Evidence::Hello).then_some(Sighting::Hidden(Hidden::Hello))
    }

    /// Reads every packet of one datagram (RFC 9000 section 12.2).
    fn read_datagram(&mut self, datagram: &[u8]) -> Option<Hello> {
        if let Some(hello) = google::plain_hello(datagram) {
            return Some(google_hello(hello));
        }
        if google::has_plain_version(datagram) {
            self.note(Evidence::Hello);
        }
        let mut rest = datagram;
        while let Some(start) = Start::parse(rest) {
            let end = match self.read_packet(&start, rest) {
                Read::Hello(hello) => return Some(*hello),
                Read::Until(end) => end,
                Read::Nothing => {
                    self.note_unread(&start, datagram);
                    break;
                }
            };
            rest = rest.get(end..).unwrap_or_default();
        }
        None
    }

    fn read_packet(&mut self, start: &Start<'_>, bytes: &[u8]) -> Read {
        let is_known = Version::of(start.version).is_some();
        let mut read = Read::Nothing;
        for version in Version::candidates(start.version) {
            let Some(header) = LongHeader::parse(start, version, bytes) else { continue };
            if is_known {
                self.note(if header.is_initial { Evidence::Hello } else { Evidence::Packet });
                read = Read::Until(header.end);
            }
            let packet = bytes.get(..header.end).unwrap_or_default();
            let Some(frames) = self.open(start, version, &header, packet) else { continue };
            self.note(Evidence::Hello);
            read = match self.read_frames(version.handshake, &frames) {
                Some(hello) => Read::Hello(Box::new(hello)),
                None => Read::Until(header.end),
            };
            break;
        }
        read
    }

    /// Packets of another version, or of a known one that cannot be followed.
    fn note_unread(&mut self, start: &Start<'_>, datagram: &[u8]) {
        let is_number_known = version::is_reserved(start.version) || Version::of(start.version).is_some();
        if is_number_known {
            self.note(Evidence::Packet);
        } else if start.looks_first(datagram) {
            self.note(Evidence::Hello);
        }
    }

    fn note(&mut self, evidence: Evidence) {
        self.evidence = self.evidence.max(evidence);
    }

    /// The frames of an Initial packet. One that opens by its own connection id begins a connection, perhaps after
    /// another version or a retry: then the hello begins anew as well.
    fn open(
        &mut self,
        start: &Start<'_>,
        version: &Version,
        header: &LongHeader,
        packet: &[u8],
    ) -> Option<Vec<u8>> {
        if !header.is_initial {
            return None;
        }
        let is_same =
            |attempt: &Attempt| attempt.version == start.version && attempt.id == start.destination_id;
        if let Some(frames) = ClientKeys::new(version, start.destination_id).open(header, packet) {
            if !self.attempt.as_ref().is_some_and(is_same) {
                self.attempt = Some(Attempt { version: start.version, id: start.destination_id.to_vec() });
                self.crypto = CryptoStream::default();
            }
            return Some(frames);
        }
        // A version that both can speak replaces the first one without a new start (RFC 9368 section 2.3).
        ClientKeys::new(version, &self.attempt.as_ref()?.id).open(header, packet)
    }

    fn read_frames(&mut self, handshake: Handshake, frames: &[u8]) -> Option<Hello> {
        match handshake {
            Handshake::Tls => {
                self.crypto.read_frames(frames);
                self.crypto.hello().and_then(read_hello)
            }
            Handshake::Google => google::find_hello(frames).map(google_hello),
        }
    }
}

/// Whether a datagram of which only the `start` is there begins with a packet of a known version. What it holds
/// cannot be told: packets open whole or not at all.
pub(super) fn is_start_of_packet(start: &[u8]) -> bool {
    Start::parse(start).is_some_and(|start| Version::of(start.version).is_some())
}

/// What became of a packet.
enum Read {
    Hello(Box<Hello>),
    /// It ends there.
    Until(usize),
    /// It cannot be followed.
    Nothing,
}

fn read_hello(body: &[u8]) -> Option<Hello> {
    client_hello::read(body, Application::Quic, Provenance::QuicSni)
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
mod real_clients;
#[cfg(test)]
mod tests;
