//! The handshake of DTLS, on whatever port: TLS over datagrams, as calls in browsers and tunnels use it.
//!
//! Either side may be the client: with WebRTC that is agreed elsewhere. Names are told only where they are those of
//! the remote.

mod record;

use std::sync::Arc;

use self::record::{Fragment, Record};
use super::pieces::Pieces;
use super::readings::Readings;
use super::{Direction, Hello, Progress, Sighting, Sniffer, certificate, client_hello, server_hello};
use crate::event::{Application, Provenance};

/// Datagrams in both directions after which the handshake is no longer followed: certificates in small fragments
/// take a dozen, and each flight may be sent again.
const MAX_DATAGRAMS: u8 = 48;

/// Lengths of the list of certificates and of its first one (RFC 5246 section 7.4.2).
const CERTIFICATE_LENGTHS: usize = 3 + 3;

/// Reads the handshake that opens a DTLS association.
#[derive(Default)]
pub(super) struct DtlsSniffer {
    hello: Message,
    server_hello: Message,
    certificate: Message,
    /// Which side said the hello that was read, if one was.
    client: Option<Direction>,
    version: Option<Arc<str>>,
    datagrams: u8,
    is_told: bool,
    readings: Readings,
}

/// A message of which fragments came.
#[derive(Debug, Default)]
struct Message {
    speaker: Option<Direction>,
    sequence: u16,
    length: usize,
    pieces: Pieces,
}

impl Sniffer for DtlsSniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        if !bytes.is_empty() && !self.readings.is_over() {
            self.take(direction, bytes);
        }
        self.readings.tell()
    }

    fn finish(&mut self) -> Option<Sighting> {
        let hello = if self.readings.is_over() { None } else { self.partial_hello() };
        self.readings.end();
        hello.map(|hello| Sighting::Hello(Box::new(hello)))
    }
}

impl DtlsSniffer {
    fn take(&mut self, direction: Direction, datagram: &[u8]) {
        self.datagrams += 1;
        match record::split(datagram) {
            Some(records) => {
                records.iter().for_each(|record| self.take_record(direction, record));
                self.tell_application();
            }
            None if self.is_told => {}
            None => self.end(),
        }
        if self.datagrams >= MAX_DATAGRAMS {
            self.end();
        }
    }

    fn take_record(&mut self, direction: Direction, record: &Record<'_>) {
        if !record.is_open_handshake() {
            // From here on all is encrypted, or over.
            self.tell_application();
            self.end();
        }
        for fragment in record.fragments() {
            if !self.readings.is_over() {
                self.take_fragment(direction, &fragment);
            }
        }
    }

    fn take_fragment(&mut self, direction: Direction, fragment: &Fragment<'_>) {
        const CLIENT_HELLO: u8 = 1;
        const SERVER_HELLO: u8 = 2;
        const CERTIFICATE: u8 = 11;
        match fragment.kind {
            CLIENT_HELLO if self.client.is_none() => {
                self.hello.put(direction, fragment);
                self.read_client_hello(direction);
            }
            SERVER_HELLO if self.version.is_none() => {
                self.server_hello.put(direction, fragment);
                self.read_server_hello();
            }
            // The client's own, if it has one, says nothing of the remote.
            CERTIFICATE if direction == Direction::Down && self.client != Some(Direction::Down) => {
                self.certificate.put(direction, fragment);
                self.read_certificate();
            }
            _ => {}
        }
    }

    fn read_client_hello(&mut self, direction: Direction) {
        let Some(mut hello) = self.hello.whole().and_then(read_hello) else { return };
        if direction == Direction::Down {
            hello.name = None;
        }
        self.client = Some(direction);
        self.hello = Message::default();
        self.is_told = true;
        let hello = self.complete(hello);
        self.readings.add(Sighting::Hello(Box::new(hello)));
    }

    fn read_server_hello(&mut self) {
        let Some(version) = self.server_hello.whole().and_then(server_hello::version) else { return };
        self.server_hello = Message::default();
        self.tell_application();
        self.version = Some(Arc::clone(&version));
        let is_last = server_hello::hides_the_rest(&version);
        self.readings.add(Sighting::TlsVersion(version));
        if is_last {
            self.end();
        }
    }

    fn read_certificate(&mut self) {
        let Some(hosts) = self.certificate.first_certificate().map(certificate::hosts) else { return };
        self.tell_application();
        if !hosts.is_empty() {
            self.readings.add(Sighting::Certificate(hosts));
        }
        self.end();
    }

    /// The hello of a client whose server has answered already, where the datagrams came in that order.
    fn complete(&self, mut hello: Hello) -> Hello {
        if let Some(version) = &self.version {
            hello.tls.version = Some(Arc::clone(version));
        }
        hello
    }

    fn tell_application(&mut self) {
        if !std::mem::replace(&mut self.is_told, true) {
            self.readings.add(Sighting::Application(Application::Dtls));
        }
    }

    /// What a hello shows that did not come whole.
    fn partial_hello(&mut self) -> Option<Hello> {
        let message = std::mem::take(&mut self.hello);
        let is_ours = self.client.is_none() && message.speaker == Some(Direction::Up);
        let hello = is_ours.then(|| read_hello(message.pieces.beginning()))??;
        hello.name.is_some().then(|| self.complete(hello))
    }

    fn end(&mut self) {
        if let Some(hello) = self.partial_hello() {
            self.readings.add(Sighting::Hello(Box::new(hello)));
        }
        (self.server_hello, self.certificate) = Default::default();
        self.readings.end();
    }
}

impl Message {
    /// Takes a fragment. What a client says again, in answer to a cookie, is a message of its own.
    fn put(&mut self, direction: Direction, fragment: &Fragment<'_>) {
        let is_other = (self.sequence, self.length) != (fragment.sequence, fragment.length);
        if is_other && fragment.sequence >= self.sequence {
            let Fragment { sequence, length, .. } = *fragment;
            *self = Self { sequence, length, ..Self::default() };
        }
        if self.sequence == fragment.sequence {
            self.speaker = Some(direction);
            // What is too far behind to be kept is not needed either.
            let _ = self.pieces.put(fragment.offset, fragment.body);
        }
    }

    fn whole(&self) -> Option<&[u8]> {
        self.pieces.beginning().get(..self.length)
    }

    fn first_certificate(&self) -> Option<&[u8]> {
        let bytes = self.pieces.beginning();
        let length = record::length_at(bytes, 3)?;
        bytes.get(CERTIFICATE_LENGTHS..CERTIFICATE_LENGTHS + length)
    }
}

fn read_hello(body: &[u8]) -> Option<Hello> {
    client_hello::read(body, Application::Dtls, Provenance::TlsSni)
}

#[cfg(test)]
mod tests;
