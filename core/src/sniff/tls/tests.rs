//! Handshakes as real clients and servers make them, and what must not break the reader.

use std::io::Cursor;

use proptest::prelude::*;
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, ServerConfig, ServerConnection, SupportedProtocolVersion};

use super::*;
use crate::event::{Name, Provenance};
use crate::sniff::client_hello;
use crate::sniff::testing::{ClientHello, host_of, peers, push_cut};

const NAMES: [&str; 3] = ["a.example", "*.b.example", "c.example"];

/// A client and a server that know each other, and the sessions of those before.
struct Pair {
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
}

impl Pair {
    fn new(version: &'static SupportedProtocolVersion) -> Self {
        let (client, server) = peers(&NAMES, version);
        Self { client: Arc::new(client), server: Arc::new(server) }
    }

    /// What passes until both are content.
    fn handshake(&self) -> Vec<(Direction, Vec<u8>)> {
        let name = ServerName::try_from("a.example").unwrap();
        let mut client = ClientConnection::new(Arc::clone(&self.client), name).unwrap();
        let mut server = ServerConnection::new(Arc::clone(&self.server)).unwrap();
        let mut passed = Vec::new();
        while client.wants_write() || server.wants_write() {
            let (mut up, mut down) = (Vec::new(), Vec::new());
            while client.wants_write() {
                client.write_tls(&mut up).unwrap();
            }
            feed(&up, |bytes| server.read_tls(bytes).unwrap());
            server.process_new_packets().unwrap();
            while server.wants_write() {
                server.write_tls(&mut down).unwrap();
            }
            feed(&down, |bytes| client.read_tls(bytes).unwrap());
            client.process_new_packets().unwrap();
            passed.extend([(Direction::Up, up), (Direction::Down, down)]);
        }
        passed
    }
}

fn feed(bytes: &[u8], mut take: impl FnMut(&mut Cursor<&[u8]>) -> usize) {
    let mut cursor = Cursor::new(bytes);
    while take(&mut cursor) > 0 {}
}

/// What is known once all is told.
#[derive(Debug, Default, PartialEq)]
struct Known {
    host: Option<String>,
    version: Option<String>,
    certified: Vec<String>,
    is_tls: bool,
}

fn known(pieces: &[(Direction, &[u8])]) -> Known {
    let (mut sniffer, mut known) = (TlsSniffer::default(), Known::default());
    for (direction, bytes) in pieces {
        sniffer.read(*direction, bytes, |sighting| {
            known.is_tls = true;
            if let Sighting::Hello(hello) = sighting {
                known.host = hello.name.map(|name| name.host.to_string());
                known.version = hello.tls.version.map(|version| version.to_string());
            } else if let Sighting::TlsVersion(version) = sighting {
                known.version = Some(version.to_string());
            } else if let Sighting::Certificate(hosts) = sighting {
                known.certified = hosts.iter().map(|host| host.to_string()).collect();
            } else {
                assert_eq!(sighting, Sighting::Application(Application::Tls));
            }
        });
    }
    known
}

fn borrowed(passed: &[(Direction, Vec<u8>)]) -> Vec<(Direction, &[u8])> {
    passed.iter().map(|(direction, bytes)| (*direction, &bytes[..])).collect()
}

fn one_way(passed: &[(Direction, Vec<u8>)], wanted: Direction) -> Vec<u8> {
    let chosen = passed.iter().filter(|(direction, _)| *direction == wanted);
    chosen.flat_map(|(_, bytes)| bytes.clone()).collect()
}

fn name(records: &[u8]) -> Option<Name> {
    let progress = TlsSniffer::default().push(Direction::Up, records);
    let Progress::Seen(Sighting::Hello(hello)) = progress else { return None };
    hello.name
}

#[test]
fn tls_1_2_shows_its_certificate() {
    let known = known(&borrowed(&Pair::new(&TLS12).handshake()));
    assert_eq!((known.host.as_deref(), known.version.as_deref()), (Some("a.example"), Some("1.2")));
    assert_eq!(known.certified, NAMES);
}

#[test]
fn tls_1_3_hides_its_certificate() {
    let known = known(&borrowed(&Pair::new(&TLS13).handshake()));
    assert_eq!((known.host.as_deref(), known.version.as_deref()), (Some("a.example"), Some("1.3")));
    assert!(known.certified.is_empty());
}

#[test]
fn a_resumed_session_has_no_certificate() {
    let pair = Pair::new(&TLS12);
    pair.handshake();
    let passed = pair.handshake();
    let known = known(&borrowed(&passed));
    assert_eq!((known.version.as_deref(), known.certified.len()), (Some("1.2"), 0));
}

#[test]
fn a_server_alone_is_understood() {
    for (version, text, certified) in [(&TLS12, "1.2", 3), (&TLS13, "1.3", 0)] {
        let down = one_way(&Pair::new(version).handshake(), Direction::Down);
        let known = known(&[(Direction::Down, &down)]);
        assert!(known.is_tls && known.host.is_none());
        assert_eq!((known.version.as_deref(), known.certified.len()), (Some(text), certified));
    }
}

#[test]
fn a_retry_says_its_version() {
    let retry_random: Vec<u8> = (0..32).collect();
    let body =
        [&[3, 3][..], &retry_random, &[0, 0x13, 1, 0, 0, 12, 0, 51, 0, 2, 0, 29, 0, 43, 0, 2, 3, 4]].concat();
    let length = u8::try_from(body.len()).unwrap();
    let record = [&[22, 3, 3, 0, length + 4, 2, 0, 0, length][..], &body].concat();
    assert_eq!(known(&[(Direction::Down, &record)]).version.as_deref(), Some("1.3"));
}

#[test]
fn ends_after_the_last_word_in_the_clear() {
    for version in [&TLS12, &TLS13] {
        let passed = Pair::new(version).handshake();
        let mut sniffer = TlsSniffer::default();
        sniffer.read(Direction::Up, &passed[0].1, |_| {});
        let (last, first) = passed[1].1.split_last().unwrap();
        sniffer.read(Direction::Down, first, |_| {});
        assert_eq!(sniffer.push(Direction::Down, &[*last]), Progress::NotMine);
        assert!(sniffer.server.is_over());
    }
}

#[test]
fn an_alert_ends_it() {
    let mut sniffer = TlsSniffer::default();
    sniffer.read(Direction::Up, &ClientHello::of("a.example").records(), |_| {});
    assert_eq!(sniffer.push(Direction::Down, &[21, 3, 3, 0, 2, 2, 40]), Progress::NotMine);
}

#[test]
fn a_server_that_is_not_seen_is_not_waited_for_without_end() {
    let mut sniffer = TlsSniffer::default();
    sniffer.read(Direction::Up, &ClientHello::of("a.example").records(), |_| {});
    let data = [23; 16 * 1024];
    assert_eq!(sniffer.push(Direction::Up, &data), Progress::NeedMore);
    let mut progress = Progress::NeedMore;
    for _ in 0..4 {
        progress = sniffer.push(Direction::Up, &data);
    }
    assert_eq!(progress, Progress::NotMine);
}

#[test]
fn the_middle_of_a_connection_is_tls() {
    let found = Progress::Found(Sighting::Application(Application::Tls));
    let mut sniffer = TlsSniffer::default();
    assert_eq!(sniffer.push(Direction::Up, &[23, 3, 3]), Progress::NeedMore);
    assert_eq!(sniffer.push(Direction::Up, &[0, 99, 7]), found);
    for other in [&[23, 2][..], &[23, 3, 9], &[23, 3, 3, 0x60]] {
        assert_eq!(TlsSniffer::default().push(Direction::Up, other), Progress::NotMine);
    }
}

#[test]
fn a_hello_in_the_form_of_ssl_2_is_tls_without_a_name() {
    let hello = [&[0x80, 43, 1, 3, 1, 0, 18, 0, 0, 0, 16][..], &[0; 34]].concat();
    let Progress::Seen(Sighting::Hello(hello)) = TlsSniffer::default().push(Direction::Up, &hello) else {
        panic!()
    };
    assert_eq!((hello.tls.version.as_deref(), hello.name), (Some("1.0"), None));
    for other in [&[0x80, 43, 4][..], &[0x80, 43, 1, 2], &[0x80, 44, 1, 3, 1, 0, 18, 0, 0, 0, 16]] {
        assert_eq!(TlsSniffer::default().push(Direction::Up, other), Progress::NotMine);
    }
}

#[test]
fn reads_the_server_name() {
    let name = name(&ClientHello::of("Tracking.Intl.Miui.COM").records()).unwrap();
    let host = Arc::from("tracking.intl.miui.com");
    assert_eq!(name, Name { host, provenance: Provenance::TlsSni, ech: false, candidates: vec![] });
}

#[test]
fn reads_a_post_quantum_hello_in_many_records_and_segments() {
    let records = ClientHello::of("a.example").with_padding(1800).records_of(100);
    let mut sniffer = TlsSniffer::default();
    let (last, first) = records.split_last().unwrap();
    for byte in first {
        assert_eq!(sniffer.push(Direction::Up, &[*byte]), Progress::NeedMore);
    }
    assert!(matches!(sniffer.push(Direction::Up, &[*last]), Progress::Seen(_)));
    assert!(matches!(sniffer.client, Client::Heard), "its memory is free");
}

#[test]
fn marks_ech_wherever_it_stands() {
    for hello in [
        ClientHello::of("outer.example").with_ech(),
        ClientHello::new().with_ech().with_host("outer.example"),
    ] {
        assert!(name(&hello.records()).unwrap().ech);
    }
}

#[test]
fn a_malformed_extension_does_not_hide_the_name() {
    let hello = ClientHello::new().with_extension(10, &[9, 9, 9]).with_host("a.example");
    assert_eq!(&*name(&hello.records()).unwrap().host, "a.example");
}

#[test]
fn a_hello_without_a_name_is_tls_still() {
    for hello in [ClientHello::new(), ClientHello::of("a b"), ClientHello::of("")] {
        let progress = TlsSniffer::default().push(Direction::Up, &hello.records());
        let Progress::Seen(Sighting::Hello(hello)) = progress else { panic!("{progress:?}") };
        assert_eq!((hello.application, hello.name), (Application::Tls, None));
    }
}

#[test]
fn a_hello_that_is_cut_off_shows_what_it_showed() {
    let records = ClientHello::of("a.example").with_padding(300).records();
    let mut sniffer = TlsSniffer::default();
    assert_eq!(sniffer.push(Direction::Up, &records[..records.len() - 200]), Progress::NeedMore);
    let Some(Sighting::Hello(hello)) = sniffer.finish() else { panic!() };
    assert_eq!(&*hello.name.unwrap().host, "a.example");
    assert_eq!(sniffer.finish(), None);

    let mut sniffer = TlsSniffer::default();
    assert_eq!(sniffer.push(Direction::Up, &records[..60]), Progress::NeedMore);
    assert_eq!(sniffer.finish(), Some(Sighting::Application(Application::Tls)));
}

#[test]
fn declines_at_the_first_wrong_byte() {
    for start in [&b"G"[..], &[22, 2], &[22, 3, 1, 0, 0], &[22, 3, 1, 0x40, 1], &[22, 3, 1, 0, 9, 2]] {
        assert_eq!(TlsSniffer::default().push(Direction::Up, start), Progress::NotMine, "{start:?}");
    }
}

#[test]
fn a_hello_over_budget_is_not_read() {
    let records = ClientHello::of("a.example").with_padding(client::MAX_HELLO).records();
    assert_eq!(TlsSniffer::default().push(Direction::Up, &records), Progress::NotMine);
}

#[test]
fn a_server_that_says_something_else_first_is_nothing() {
    let mut sniffer = TlsSniffer::default();
    assert_eq!(sniffer.push(Direction::Down, b"anything"), Progress::NeedMore);
    assert_eq!(host_of(&mut sniffer, &ClientHello::of("a.example").records()).as_deref(), Some("a.example"));
}

proptest! {
    #[test]
    fn cuts_do_not_matter(record in 1usize..700, cuts in proptest::collection::vec(1usize..300, 1..30)) {
        let records = ClientHello::of("a.example").with_padding(600).records_of(record);
        prop_assert_eq!(push_cut(&mut TlsSniffer::default(), &records, &cuts).len(), 1);
    }

    /// Both sides cut and interleaved in any way, as long as the client speaks first, or the server has at least
    /// begun to speak TLS.
    #[test]
    fn both_sides_in_any_interleaving(
        is_old: bool,
        turns in proptest::collection::vec((any::<bool>(), 1usize..400), 1..60),
    ) {
        let passed = Pair::new(if is_old { &TLS12 } else { &TLS13 }).handshake();
        let (up, down) = (one_way(&passed, Direction::Up), one_way(&passed, Direction::Down));
        let (mut up_left, mut down_left) = (&up[..], &down[..]);
        let mut pieces = Vec::new();
        for (is_up, length) in turns {
            let (direction, left) =
                if is_up { (Direction::Up, &mut up_left) } else { (Direction::Down, &mut down_left) };
            let (piece, rest) = left.split_at(length.min(left.len()));
            pieces.push((direction, piece));
            *left = rest;
        }
        pieces.extend([(Direction::Down, down_left), (Direction::Up, up_left)]);
        prop_assert_eq!(known(&pieces), known(&borrowed(&passed)));
    }

    #[test]
    fn never_panics(body in proptest::collection::vec(any::<u8>(), 0..300), at: prop::sample::Index, value: u8) {
        client_hello::read(&body, Application::Dtls, Provenance::TlsSni);
        let mut records = ClientHello::of("a.example").with_ech().records();
        let at = at.index(records.len());
        records[at] = value;
        name(&records);
    }

    #[test]
    fn no_answer_makes_it_panic(at: prop::sample::Index, value: u8) {
        let mut down = one_way(&Pair::new(&TLS12).handshake(), Direction::Down);
        let at = at.index(down.len());
        down[at] = value;
        known(&[(Direction::Down, &down)]);
    }
}
