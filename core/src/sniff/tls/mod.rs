//! The handshake of TLS, however records and segments cut it: the server name that the client gives, the version
//! that the server chooses, and the names in its certificate where that is not encrypted (up to TLS 1.2).

mod client;
mod records;
mod server;

use std::sync::Arc;

use self::client::Client;
use self::server::{Answer, Server};
use super::readings::Readings;
use super::{Direction, Hello, Progress, Sighting, Sniffer};
use crate::event::Application;

/// Bytes that may pass, once one side was read, while the other is still waited for. A client that goes on before
/// it has an answer sends early data, of which servers take 16 KiB; past this, the other side is not seen at all.
const MAX_WAIT: usize = 64 * 1024;

/// Reads the beginning of a TLS connection, of both sides in any order.
#[derive(Default)]
pub(super) struct TlsSniffer {
    client: Client,
    server: Server,
    /// What the server chose.
    version: Option<Arc<str>>,
    /// It was told that this is TLS.
    is_known: bool,
    /// Bytes that passed while one side was still waited for.
    waited: usize,
    readings: Readings,
}

impl Sniffer for TlsSniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        if self.client.is_over() || self.server.is_over() {
            self.waited = self.waited.saturating_add(bytes.len());
        }
        match direction {
            Direction::Up => self.take_up(bytes),
            Direction::Down => self.take_down(bytes),
        }
        if self.is_over() {
            self.readings.end();
        }
        self.readings.tell()
    }

    fn finish(&mut self) -> Option<Sighting> {
        let hello = self.client.finish()?;
        if hello.name.is_some() {
            return Some(Sighting::Hello(Box::new(self.complete(hello))));
        }
        (!self.is_known).then_some(Sighting::Application(Application::Tls))
    }
}

impl TlsSniffer {
    fn take_up(&mut self, bytes: &[u8]) {
        if let Some(hello) = self.client.take(bytes) {
            self.is_known = true;
            let hello = self.complete(hello);
            self.readings.add(Sighting::Hello(Box::new(hello)));
        }
        if matches!(self.client, Client::Amid) && !std::mem::replace(&mut self.is_known, true) {
            self.readings.add(Sighting::Application(Application::Tls));
        }
    }

    fn take_down(&mut self, bytes: &[u8]) {
        let Self { server, version, is_known, readings, .. } = self;
        server.take(bytes, |answer| {
            if !std::mem::replace(is_known, true) {
                readings.add(Sighting::Application(Application::Tls));
            }
            readings.add(match answer {
                Answer::Version(chosen) => {
                    *version = Some(Arc::clone(&chosen));
                    Sighting::TlsVersion(chosen)
                }
                Answer::Certificate(hosts) => Sighting::Certificate(hosts),
            });
        });
    }

    /// The hello of a client whose server may have answered already, where a capture shows the answer first.
    fn complete(&self, mut hello: Hello) -> Hello {
        if let Some(version) = &self.version {
            hello.tls.version = Some(Arc::clone(version));
        }
        hello
    }

    fn is_over(&self) -> bool {
        let is_refused = matches!(self.client, Client::Refused | Client::Amid);
        self.client.is_over() && self.server.is_over()
            || is_refused && !self.server.has_begun()
            || self.waited > MAX_WAIT
    }
}

#[cfg(test)]
mod tests;
