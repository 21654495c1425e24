//! The hosts that the requests of an HTTP/1 connection are for.
//!
//! The first names the flow; requests to others (a proxy's connection carries them) are told as well. What a proxy was
//! asked to connect to is sniffed like a connection of its own. Look-ups over HTTP are read with their answers.

mod capture;
mod chunked;
mod conversation;
mod head;
mod host;
mod httpdns;
mod look_ups;
mod message;
mod start_line;

use std::sync::Arc;

use super::pending::Pending;
use super::{CaptureBudget, Direction, Progress, Sighting, Sniffer, StreamSniffer};
use crate::event::{Application, Name, Provenance};

use self::capture::Capture;
use self::conversation::{Conversation, Event, Lost};
use self::head::RequestHead;
use self::look_ups::LookUps;

pub(crate) use self::host::split_port;
pub(crate) use self::httpdns::is_http_dns;

/// Bytes in both directions after which a connection is left alone. Bodies are skipped, which costs little, but not
/// nothing; who has moved so much is fetching or sending a large file, not asking a proxy for one host after another.
const MAX_FOLLOWED: u64 = 64 * 1024 * 1024;

/// The port that a proxy is asked for by `CONNECT` without one, which no client should send.
const HTTPS: u16 = 443;

/// Reads requests, and as much of responses as it takes to know what follows them.
pub(super) struct HttpSniffer {
    talk: Conversation,
    look_ups: LookUps,
    capture: Capture,
    /// The connection within this one, once there is one.
    inner: Option<Box<StreamSniffer>>,
    /// How many connections may lie within each other.
    depth: u8,
    /// The beginning was not seen: the first request may come after something else.
    is_late: bool,
    has_begun: bool,
    is_over: bool,
    /// What is left of [`MAX_FOLLOWED`].
    left: u64,
    /// The host that was told last.
    host: Option<Arc<str>>,
    /// The port that a tunnel leads to.
    port: u16,
    pending: Pending,
}

impl HttpSniffer {
    /// A sniffer for a connection in which `depth` others may lie within each other; of what it carries `budget`
    /// allows to keep some.
    pub(super) fn new(depth: u8, budget: CaptureBudget) -> Self {
        Self {
            talk: Conversation::default(),
            look_ups: LookUps::default(),
            capture: Capture::new(budget),
            inner: None,
            depth,
            is_late: false,
            has_begun: false,
            is_over: false,
            left: MAX_FOLLOWED,
            host: None,
            port: HTTPS,
            pending: Pending::default(),
        }
    }

    /// A sniffer for a connection whose beginning was missed. As text within a body may look like a request, one is
    /// believed only where bytes that came together begin with it.
    pub(super) fn late(depth: u8, budget: CaptureBudget) -> Self {
        Self { is_late: true, ..Self::new(depth, budget) }
    }
}

impl Sniffer for HttpSniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        self.left = self.left.saturating_sub(bytes.len() as u64);
        self.take(direction, bytes);
        if self.left == 0 {
            self.end();
        }
        self.pending.progress(self.is_over)
    }

    fn finish(&mut self) -> Option<Sighting> {
        if let Some(mut inner) = self.inner.take() {
            return inner.finish();
        }
        // A request whose body is not over has told its host.
        if let Some(request) = self.capture.end() {
            return Some(Sighting::Request(request));
        }
        match self.look_ups.end_response() {
            Some(answer) => Some(Sighting::Dns(answer)),
            None => self.talk.unfinished_request()?.host.map(http_host),
        }
    }
}

impl HttpSniffer {
    fn take(&mut self, direction: Direction, mut bytes: &[u8]) {
        while !self.is_over {
            match self.talk.next(direction, &mut bytes) {
                Ok(None) => return,
                Ok(Some(Event::Tunnel)) => return self.pass_on(direction, bytes),
                Ok(Some(event)) => self.note(event),
                Err(Lost) if self.is_late && self.talk.last_request() == 0 => {
                    return self.talk.restart_requests();
                }
                Err(Lost) => self.end(),
            }
        }
    }

    fn note(&mut self, event: Event<'_>) {
        match event {
            Event::Begun => self.begin(),
            Event::Request(head) => self.note_request(head),
            Event::Upgrade(protocol) => self.upgrade(protocol.as_deref().unwrap_or_default()),
            Event::Response { head, answers } => self.look_ups.note_response(&head, answers),
            Event::ResponseBody(bytes) => self.look_ups.note_body(bytes),
            Event::ResponseEnd => self.pending.extend(self.look_ups.end_response().map(Sighting::Dns)),
            Event::RequestBody(bytes) => self.capture.note_body(bytes),
            Event::RequestEnd => self.pending.extend(self.capture.end().map(Sighting::Request)),
            Event::Tunnel => {}
        }
    }

    fn begin(&mut self) {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.pending.push(Sighting::Application(Application::Http));
        }
    }

    fn note_request(&mut self, mut head: RequestHead) {
        if head.is_connect() {
            self.port = split_port(&head.target).1.unwrap_or(HTTPS);
        }
        self.capture.begin(&mut head);
        self.look_ups.note_request(self.talk.last_request(), &head, &mut self.pending);
        if head.host.is_some() && head.host != self.host {
            self.pending.extend(head.host.clone().map(http_host));
            self.host = head.host;
        }
    }

    /// The name stays that of the request that asked for it. Any other protocol (TLS is one, RFC 2817) is sniffed like
    /// a tunnel.
    fn upgrade(&mut self, protocol: &str) {
        let application = match protocol {
            "websocket" => Application::WebSocket,
            "h2c" => Application::Http2,
            _ => return,
        };
        self.pending.push(Sighting::Application(application));
        self.end();
    }

    fn pass_on(&mut self, direction: Direction, bytes: &[u8]) {
        let Some(depth) = self.depth.checked_sub(1) else { return self.end() };
        let budget = self.capture.budget();
        let within = || Box::new(StreamSniffer::within(self.port, depth, budget.clone()));
        let inner = self.inner.get_or_insert_with(within);
        inner.read(direction, bytes, |sighting| self.pending.push(sighting));
        if inner.is_done() {
            self.end();
        }
    }

    fn end(&mut self) {
        self.is_over = true;
        self.talk = Conversation::default();
        self.look_ups = LookUps::default();
        self.inner = None;
    }
}

/// The name of a flow that asks for `host`.
pub(super) fn http_host(host: Arc<str>) -> Sighting {
    Sighting::Name(Name { host, provenance: Provenance::HttpHost, ech: false, candidates: Vec::new() })
}

#[cfg(test)]
mod tests;
