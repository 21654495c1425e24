//! What a TCP flow holds to learn its name.

use super::candidates::Candidates;
use super::dns::DnsStream;
use super::http::HttpSniffer;
use super::http2::Http2Sniffer;
use super::hunt::Hunt;
use super::mail::MailSniffer;
use super::mipush::MiPushSniffer;
use super::pending::Pending;
use super::socks::SocksSniffer;
use super::tls::TlsSniffer;
use super::{CaptureBudget, Direction, Progress, Sighting, Sniffer};

/// Bytes in both directions after which an undecided flow is left alone: the largest budget of any protocol, and
/// as much again for what the other side says meanwhile.
const MAX_UNDECIDED: usize = 32 * 1024;

/// The same after a gap: the rest of a body may come before the next request, which it takes little to wait for.
const MAX_UNDECIDED_LATE: usize = 4 * 1024 * 1024;

/// Connections within each other (a proxy's, through a proxy's) that are followed.
const MAX_DEPTH: u8 = 3;

/// Offers a connection's bytes to every protocol that shows names, until one claims it or all decline. Meanwhile it
/// searches them for TLS that begins later, which counts if no protocol claims them.
pub struct StreamSniffer {
    candidates: Candidates,
    search: Option<Search>,
    /// The beginning was missed: some candidate waits for what looks like another, whatever is found meanwhile.
    is_late: bool,
    /// What is left of [`MAX_UNDECIDED`], or of the other; `None` once something was read.
    undecided_left: Option<usize>,
}

/// What the search found is held back until it is sure that the bytes are not a protocol's.
#[derive(Default)]
struct Search {
    hunt: Hunt,
    held: Pending,
    is_over: bool,
}

impl StreamSniffer {
    /// A sniffer for a connection to `responder_port` that keeps nothing of what is sent.
    pub fn new(responder_port: u16) -> Self {
        Self::keeping(CaptureBudget::default(), responder_port)
    }

    /// A sniffer for a connection to `responder_port` that tells what requests carry, as far as the budget allows.
    pub fn keeping(budget: CaptureBudget, responder_port: u16) -> Self {
        Self::within(responder_port, MAX_DEPTH, budget)
    }

    /// A sniffer for what follows a gap in a connection to `responder_port`.
    pub fn after_gap(budget: CaptureBudget, responder_port: u16) -> Self {
        let http = HttpSniffer::late(MAX_DEPTH, budget.clone());
        let sniffer = Self::with_http(http, responder_port, MAX_DEPTH, budget);
        Self { is_late: true, undecided_left: Some(MAX_UNDECIDED_LATE), ..sniffer }
    }

    /// A sniffer for a connection to `responder_port` that others may lie around, `depth` more within.
    pub(super) fn within(responder_port: u16, depth: u8, budget: CaptureBudget) -> Self {
        Self::with_http(HttpSniffer::new(depth, budget.clone()), responder_port, depth, budget)
    }

    fn with_http(http: HttpSniffer, responder_port: u16, depth: u8, budget: CaptureBudget) -> Self {
        let candidates = Candidates::new(vec![
            Box::new(TlsSniffer::default()),
            Box::new(http),
            Box::<Http2Sniffer>::default(),
            Box::new(DnsStream::new(responder_port)),
            Box::new(SocksSniffer::new(depth, budget.clone())),
            Box::<MailSniffer>::default(),
            Box::new(MiPushSniffer::keeping(budget)),
        ]);
        let search = Some(Search::default());
        Self { candidates, search, is_late: false, undecided_left: Some(MAX_UNDECIDED) }
    }

    /// Nothing more can be learnt: pushes would be wasted.
    pub fn is_done(&self) -> bool {
        self.candidates.is_empty() && self.search.is_none()
    }

    fn search(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        if let Some(search) = &mut self.search {
            search.take(direction, bytes);
        }
        if self.candidates.is_empty() || self.is_late { self.tell_found() } else { Progress::NeedMore }
    }

    fn tell_found(&mut self) -> Progress {
        let progress = self.search.as_mut().map_or(Progress::NotMine, Search::progress);
        if matches!(progress, Progress::Seen(_) | Progress::Found(_)) {
            self.candidates.clear();
            self.undecided_left = None;
        }
        if matches!(progress, Progress::Found(_) | Progress::NotMine) {
            self.search = None;
        }
        if self.is_done() || progress != Progress::NotMine { progress } else { Progress::NeedMore }
    }

    fn count_undecided(&mut self, bytes: usize) -> Progress {
        self.undecided_left = self.undecided_left.map(|left| left.saturating_sub(bytes));
        if self.undecided_left == Some(0) {
            self.candidates.clear();
            if let Some(search) = &mut self.search {
                search.is_over |= search.held.is_empty();
            }
            return self.tell_found();
        }
        Progress::NeedMore
    }
}

impl Sniffer for StreamSniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        let progress = self.candidates.offer(direction, bytes);
        if matches!(progress, Progress::Seen(_) | Progress::Found(_)) {
            self.search = None;
            self.undecided_left = None;
            return progress;
        }
        let progress = self.search(direction, bytes);
        if progress == Progress::NeedMore { self.count_undecided(bytes.len()) } else { progress }
    }

    fn finish(&mut self) -> Option<Sighting> {
        self.candidates.finish().or_else(|| self.search.as_mut()?.finish())
    }
}

impl Search {
    fn take(&mut self, direction: Direction, bytes: &[u8]) {
        if self.is_over {
            return;
        }
        self.hunt.read(direction, bytes, |sighting| self.held.push(sighting));
        self.is_over = self.hunt.is_over();
    }

    fn progress(&mut self) -> Progress {
        self.held.progress(self.is_over)
    }

    fn finish(&mut self) -> Option<Sighting> {
        self.held.pop().or_else(|| self.hunt.finish())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::Application;
    use crate::sniff::testing::{ClientHello, framed, host_of, query, response};

    #[test]
    fn tells_tls_from_http_and_dns_by_the_bytes_alone() {
        let hello = ClientHello::of("tracking.intl.miui.com").records();
        let request = b"GET / HTTP/1.1\r\nHost: sa.api.intl.miui.com\r\n\r\n".to_vec();
        for port in [53, 80, 443, 5222] {
            assert_eq!(
                host_of(&mut StreamSniffer::new(port), &hello).as_deref(),
                Some("tracking.intl.miui.com")
            );
            assert_eq!(
                host_of(&mut StreamSniffer::new(port), &request).as_deref(),
                Some("sa.api.intl.miui.com")
            );
        }
    }

    #[test]
    fn is_done_once_named_and_answered() {
        let mut sniffer = StreamSniffer::new(443);
        host_of(&mut sniffer, &ClientHello::of("a.example").records());
        assert!(!sniffer.is_done());
        sniffer.push(Direction::Down, &[21, 3, 3, 0, 2, 2, 40]);
        assert!(sniffer.is_done());
    }

    #[test]
    fn something_else_may_turn_to_tls() {
        for (port, before) in [
            (21, &b"AUTH TLS\r\n"[..]),
            (389, b"0\x1d\x02\x01\x01w\x18\x80\x161.3.6.1.4.1.1466.20037"),
            (5432, b"\0\0\0\x08\x04\xd2\x16\x2f"),
            (5222, b"<?xml version='1.0'?><stream:stream to='a.example'><starttls/>"),
            (443, b"PROXY TCP4 192.0.2.1 192.0.2.2 1 443\r\n"),
        ] {
            let bytes = [before, &ClientHello::of("a.example").records()].concat();
            let host = host_of(&mut StreamSniffer::new(port), &bytes);
            assert_eq!(host.as_deref(), Some("a.example"), "{port}");
        }
    }

    #[test]
    fn what_a_protocol_claims_is_no_tls() {
        let hello = ClientHello::of("x.example").records();
        let length = u8::try_from(hello.len() + 1).unwrap();
        let socks = [&[5, 1, 0, 5, 1, 0, 3, length, b'x'], &hello[..], &[1, 187]].concat();
        for cuts in [&[1][..], &[1000]] {
            assert_eq!(read(80, &socks, cuts), [Sighting::Application(Application::Socks)]);
        }
        let mut cut_off = StreamSniffer::new(80);
        assert_eq!(host_of(&mut cut_off, &socks[..socks.len() - 1]), None);
        assert!(matches!(cut_off.finish(), Some(Sighting::Hello(_))));
    }

    #[test]
    fn leaves_alone_what_never_does() {
        let mut sniffer = StreamSniffer::new(22);
        assert_eq!(sniffer.push(Direction::Up, b"SSH-2.0-x\r\n"), Progress::NeedMore);
        assert_eq!(sniffer.push(Direction::Up, &[0; MAX_UNDECIDED / 2]), Progress::NotMine);
        assert!(sniffer.is_done());
    }

    #[test]
    fn never_tires_of_dns() {
        let mut sniffer = StreamSniffer::new(853);
        let mut seen = 0;
        for _ in 0..2000 {
            sniffer.read(Direction::Up, &framed(&query("a.example")), |_| seen += 1);
            sniffer.read(Direction::Down, &framed(&response("a.example", [192, 0, 2, 1])), |_| seen += 1);
        }
        assert_eq!(seen, 4000);
        assert!(!sniffer.is_done());
    }

    #[test]
    fn gives_up_after_its_budget() {
        let mut sniffer = StreamSniffer::new(80);
        assert_eq!(sniffer.push(Direction::Up, b"GET / HTTP/1.1"), Progress::NeedMore);
        assert_eq!(sniffer.push(Direction::Down, &[0; MAX_UNDECIDED]), Progress::NotMine);
        assert!(sniffer.is_done());
    }

    /// Everything that is read of what the app sends in pieces as long as `cuts`, over and over.
    fn read(port: u16, mut bytes: &[u8], cuts: &[usize]) -> Vec<Sighting> {
        let (mut sniffer, mut told) = (StreamSniffer::new(port), Vec::new());
        for cut in cuts.iter().cycle() {
            let (piece, rest) = bytes.split_at((*cut).min(bytes.len()));
            sniffer.read(Direction::Up, piece, |sighting| told.push(sighting));
            bytes = rest;
            if bytes.is_empty() || sniffer.is_done() {
                break;
            }
        }
        told
    }

    #[test]
    fn after_a_gap_waits_for_the_next_request() {
        let mut sniffer = StreamSniffer::after_gap(CaptureBudget::default(), 80);
        assert_eq!(sniffer.push(Direction::Down, &[b'x'; 2 * MAX_UNDECIDED]), Progress::NeedMore);
        let body = b"of a body\r\n\r\nGET / HTTP/1.1\r\nHost: x.example\r\n\r\n";
        assert_eq!(host_of(&mut sniffer, body), None);
        let request = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
        assert_eq!(host_of(&mut sniffer, request).as_deref(), Some("a.example"));
    }

    fn tunnelled() -> Vec<u8> {
        let requests =
            b"GET http://a.example/ HTTP/1.1\r\n\r\nPUT http://b.example/ HTTP/1.1\r\nTransfer-Encoding: \
            chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nCONNECT c.example:443 HTTP/1.1\r\n\r\n";
        [&requests[..], &ClientHello::of("d.example").records()].concat()
    }

    fn sample() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..400),
            Just(ClientHello::of("tracking.intl.miui.com").with_padding(1500).records_of(400)),
            Just(b"POST /x HTTP/1.1\r\nA: b\r\nHost: h.example:80\r\n\r\nbody".to_vec()),
            Just(tunnelled()),
            Just([b"EHLO a\r\nSTARTTLS\r\n", &ClientHello::of("mx.example").records()[..]].concat()),
            Just(
                [b"\x05\x01\0\x05\x01\0\x03\x01a\x01\xbb", &ClientHello::of("b.example").records()[..]]
                    .concat()
            ),
            Just([framed(&query("a.example")), framed(&query("b.example"))].concat()),
        ]
    }

    proptest! {
        #[test]
        fn cuts_and_damage_never_matter(
            mut bytes in sample(),
            port in prop_oneof![Just(53u16), Just(443)],
            cuts in proptest::collection::vec(1usize..300, 1..40),
            damage in proptest::option::of((any::<prop::sample::Index>(), any::<u8>())),
        ) {
            if let (Some((index, value)), false) = (damage, bytes.is_empty()) {
                let index = index.index(bytes.len());
                bytes[index] = value;
            }
            prop_assert_eq!(read(port, &bytes, &cuts), read(port, &bytes, &[bytes.len().max(1)]));
        }
    }
}
