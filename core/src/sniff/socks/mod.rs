//! What a SOCKS proxy was asked to connect to, and the connection that follows.
//!
//! SOCKS 5: <https://www.rfc-editor.org/rfc/rfc1928>, <https://www.rfc-editor.org/rfc/rfc1929>. SOCKS 4 and 4a have no
//! standard: <https://www.openssh.com/txt/socks4.protocol>, <https://www.openssh.com/txt/socks4a.protocol>

mod handshake;

use super::http::http_host;
use super::pending::Pending;
use super::{CaptureBudget, Direction, Progress, Sighting, Sniffer, StreamSniffer};
use crate::event::Application;

use self::handshake::{Reader, Target, Unread};

/// What a client says before its connection is made: greeting, user and password, request; 255 bytes at most for each
/// field that has any length.
const MAX_HANDSHAKE: usize = 1280;
/// What the proxy says meanwhile.
const MAX_ANSWERS: usize = 300;

/// Reads the client's side of the handshake; the proxy's only to know where it ends.
pub(super) struct SocksSniffer {
    /// How many connections may lie within each other.
    depth: u8,
    /// For the connection within.
    budget: CaptureBudget,
    /// The client's bytes so far.
    up: Vec<u8>,
    /// The proxy's bytes so far; `None` once its handshake is over.
    down: Option<Vec<u8>>,
    is_version_4: bool,
    /// Not told until the proxy agrees.
    unsure: Option<Target>,
    inner: Option<Box<StreamSniffer>>,
    is_over: bool,
    pending: Pending,
}

impl SocksSniffer {
    /// A sniffer for a connection in which `depth` others may lie within each other.
    pub(super) fn new(depth: u8, budget: CaptureBudget) -> Self {
        Self {
            depth,
            budget,
            up: Vec::new(),
            down: Some(Vec::new()),
            is_version_4: false,
            unsure: None,
            inner: None,
            is_over: false,
            pending: Pending::default(),
        }
    }
}

impl Sniffer for SocksSniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        match direction {
            _ if self.is_over || bytes.is_empty() => {}
            Direction::Up if self.inner.is_some() => self.pass_on(direction, bytes),
            Direction::Up => self.take_up(bytes),
            Direction::Down => self.take_down(bytes),
        }
        self.pending.progress(self.is_over)
    }

    fn finish(&mut self) -> Option<Sighting> {
        self.inner.as_mut()?.finish()
    }
}

impl SocksSniffer {
    fn take_up(&mut self, bytes: &[u8]) {
        let known = self.up.len();
        let taken = bytes.len().min(MAX_HANDSHAKE - known);
        self.up.extend_from_slice(&bytes[..taken]);
        let mut reader = Reader(&self.up);
        match reader.handshake() {
            Ok(target) => {
                let rest = &bytes[self.up.len() - reader.0.len() - known..];
                self.is_version_4 = self.up.first() == Some(&4);
                self.up = Vec::new();
                self.open(target, rest);
            }
            Err(Unread::Partial) if self.up.len() < MAX_HANDSHAKE => {}
            Err(Unread::Partial | Unread::NotSocks) => self.end(),
        }
    }

    fn open(&mut self, target: Target, rest: &[u8]) {
        let port = target.port;
        if target.is_sure {
            self.tell(target)
        } else {
            self.unsure = Some(target)
        }
        match self.depth.checked_sub(1) {
            Some(depth) => {
                let within = StreamSniffer::within(port, depth, self.budget.clone());
                self.inner = Some(Box::new(within));
            }
            None => return self.end(),
        }
        // The proxy may have answered before its client's bytes were seen.
        self.take_down(&[]);
        self.pass_on(Direction::Up, rest);
    }

    fn tell(&mut self, target: Target) {
        self.pending.push(Sighting::Application(Application::Socks));
        self.pending.extend(target.host.map(http_host));
    }

    fn take_down(&mut self, bytes: &[u8]) {
        let Some(down) = &mut self.down else { return self.pass_on(Direction::Down, bytes) };
        let known = down.len();
        let taken = bytes.len().min(MAX_ANSWERS - known);
        down.extend_from_slice(&bytes[..taken]);
        if self.inner.is_none() {
            // A proxy waits for the request; one that says more, or anything else, is none.
            if down.len() == MAX_ANSWERS || !matches!(down.first(), None | Some(0 | 5)) {
                self.end();
            }
            return;
        }
        let mut reader = Reader(down);
        let answer = if self.is_version_4 { reader.answer_4() } else { reader.answers_5() };
        let end = down.len() - reader.0.len();
        match answer {
            Ok(()) => {
                self.down = None;
                if let Some(target) = self.unsure.take() {
                    self.tell(target);
                }
                self.pass_on(Direction::Down, &bytes[end.saturating_sub(known).min(bytes.len())..]);
            }
            Err(Unread::Partial) if down.len() < MAX_ANSWERS => {}
            Err(Unread::Partial | Unread::NotSocks) => self.end(),
        }
    }

    fn pass_on(&mut self, direction: Direction, bytes: &[u8]) {
        let Some(inner) = &mut self.inner else { return };
        inner.read(direction, bytes, |sighting| self.pending.push(sighting));
        if inner.is_done() {
            self.end();
        }
    }

    fn end(&mut self) {
        self.is_over = true;
        self.up = Vec::new();
        self.down = None;
        self.inner = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sniff::testing::{ClientHello, words as read};
    use Direction::{Down, Up};

    const REQUEST: &[u8] = b"\x05\x02\x00\x02\x01\x04user\x04pass\x05\x01\x00\x03\x09a.example\x01\xbb";
    const ANSWERS: &[u8] = b"\x05\x02\x01\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00";

    #[test]
    fn tells_what_the_proxy_is_asked_for() {
        for (bytes, host) in [
            (REQUEST, "a.example"),
            (b"\x05\x01\x00\x05\x01\x00\x03\x09A.example\x01\xbb", "a.example"),
            (b"\x05\x01\x00\x05\x01\x00\x01\xc0\x00\x02\x01\x01\xbb", "192.0.2.1"),
            (b"\x04\x01\x01\xbb\x00\x00\x00\x01me\x00b.example\x00", "b.example"),
        ] {
            assert_eq!(
                read(&mut SocksSniffer::new(1, CaptureBudget::default()), Up, bytes),
                ["socks", host],
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn what_follows_is_a_connection_of_its_own() {
        let hello = ClientHello::of("b.example").records();
        let mut sniffer = SocksSniffer::new(1, CaptureBudget::default());
        assert_eq!(read(&mut sniffer, Up, REQUEST), ["socks", "a.example"]);
        assert!(read(&mut sniffer, Down, ANSWERS).is_empty());
        assert_eq!(read(&mut sniffer, Up, &hello), ["b.example"]);
        let one_way = [REQUEST, &hello].concat();
        assert_eq!(
            read(&mut SocksSniffer::new(1, CaptureBudget::default()), Up, &one_way),
            ["socks", "a.example", "b.example"]
        );
        assert_eq!(
            read(&mut SocksSniffer::new(0, CaptureBudget::default()), Up, &one_way),
            ["socks", "a.example"]
        );
    }

    #[test]
    fn cuts_do_not_matter() {
        let hello = ClientHello::of("b.example").records();
        let mut sniffer = SocksSniffer::new(1, CaptureBudget::default());
        let mut told = Vec::new();
        for byte in REQUEST {
            told.extend(read(&mut sniffer, Up, &[*byte]));
        }
        for byte in ANSWERS {
            told.extend(read(&mut sniffer, Down, &[*byte]));
        }
        for byte in hello {
            told.extend(read(&mut sniffer, Up, &[byte]));
        }
        assert_eq!(told, ["socks", "a.example", "b.example"]);
    }

    #[test]
    fn a_request_by_address_is_believed_with_its_answer() {
        let request = b"\x04\x01\x00\x50\xc0\x00\x02\x01me\x00";
        let mut sniffer = SocksSniffer::new(1, CaptureBudget::default());
        assert!(read(&mut sniffer, Up, request).is_empty());
        assert_eq!(read(&mut sniffer, Down, b"\x00\x5a\x00\x00\x00\x00\x00\x00"), ["socks", "192.0.2.1"]);
        let inner = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
        assert_eq!(read(&mut sniffer, Up, inner), ["http", "a.example"]);
        let mut sniffer = SocksSniffer::new(1, CaptureBudget::default());
        assert!(read(&mut sniffer, Up, request).is_empty());
        assert_eq!(sniffer.push(Down, b"\x05"), Progress::NotMine);
    }

    #[test]
    fn a_refusal_is_the_end() {
        let mut sniffer = SocksSniffer::new(1, CaptureBudget::default());
        read(&mut sniffer, Up, REQUEST);
        assert_eq!(sniffer.push(Down, b"\x05\x02\x01\x01"), Progress::NotMine);
    }

    #[test]
    fn other_protocols_are_declined() {
        for bytes in
            [&b"\x05\x00"[..], b"\x05\x01\x00\x05\x09", b"\x04\x01\x00\x50\x7f\x00\x00\x01\x03\x00", b"\x06"]
        {
            assert_eq!(
                SocksSniffer::new(1, CaptureBudget::default()).push(Up, bytes),
                Progress::NotMine,
                "{bytes:?}"
            );
        }
        assert_eq!(
            SocksSniffer::new(1, CaptureBudget::default()).push(Down, &[5; MAX_ANSWERS]),
            Progress::NotMine
        );
    }

    proptest::proptest! {
        #[test]
        fn never_panics(up: Vec<u8>, down: Vec<u8>, version in 4u8..6) {
            let mut sniffer = SocksSniffer::new(1, CaptureBudget::default());
            read(&mut sniffer, Up, &[version]);
            read(&mut sniffer, Up, &up);
            read(&mut sniffer, Down, &down);
            let mut sniffer = SocksSniffer::new(1, CaptureBudget::default());
            read(&mut sniffer, Down, &down);
            read(&mut sniffer, Up, REQUEST);
            read(&mut sniffer, Down, &up);
        }
    }
}
