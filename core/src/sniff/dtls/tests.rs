//! Handshakes put together from TLS messages, whose bodies are the same but for the client's cookie.

use proptest::prelude::*;

use super::*;
use crate::event::Tls;
use crate::sniff::testing::{ClientHello, counted};

const DTLS_1_2: [u8; 2] = [0xfe, 0xfd];

/// A record with one fragment.
fn record(message: &[u8], sequence: u8, range: std::ops::Range<usize>) -> Vec<u8> {
    let (kind, body) = (message[0], &message[4..]);
    let three = |value: usize| u32::try_from(value).unwrap().to_be_bytes()[1..].to_vec();
    let body_part = &body[range.clone()];
    let numbers = [three(body.len()), vec![0, sequence], three(range.start), three(body_part.len())].concat();
    sealed(22, 0, &[&[kind][..], &numbers, body_part].concat())
}

fn sealed(kind: u8, epoch: u8, content: &[u8]) -> Vec<u8> {
    [&[kind][..], &DTLS_1_2, &[0, epoch, 0, 0, 0, 0, 0, 1], &counted(content)].concat()
}

fn whole(message: &[u8], sequence: u8) -> Vec<u8> {
    record(message, sequence, 0..message.len() - 4)
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind], &length[1..], body].concat()
}

/// A hello as DTLS has it: version 1.2 at most, and a cookie behind the session id.
fn client_hello(host: &str, cookie: &[u8]) -> Vec<u8> {
    let tls = ClientHello::empty().with_host(host).with_extension(16, b"\0\x07\x06webrtc").handshake();
    let body = &tls[4..];
    let cookie = [&[u8::try_from(cookie.len()).unwrap()], cookie].concat();
    message(1, &[&DTLS_1_2, &body[2..35], &cookie, &body[35..]].concat())
}

fn server_hello() -> Vec<u8> {
    message(2, &[&DTLS_1_2[..], &[9; 32], &[0, 0xc0, 0x2b, 0]].concat())
}

fn certificate(name: &str) -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap();
    let one = [&[0][..], &counted(certificate.der())].concat();
    message(11, &[&[0][..], &counted(&one)].concat())
}

fn read(datagrams: &[(Direction, Vec<u8>)]) -> Vec<Sighting> {
    let (mut sniffer, mut sightings) = (DtlsSniffer::default(), Vec::new());
    for (direction, datagram) in datagrams {
        sniffer.read(*direction, datagram, |sighting| sightings.push(sighting));
    }
    sightings
}

fn hello_in(sightings: &[Sighting]) -> Option<(Option<String>, Tls)> {
    sightings.iter().find_map(|sighting| {
        let Sighting::Hello(hello) = sighting else { return None };
        assert_eq!(hello.application, Application::Dtls);
        Some((hello.name.as_ref().map(|name| name.host.to_string()), hello.tls.clone()))
    })
}

fn fragments(message: &[u8], sequence: u8, length: usize) -> Vec<Vec<u8>> {
    let body = message.len() - 4;
    (0..body).step_by(length).map(|at| record(message, sequence, at..(at + length).min(body))).collect()
}

#[test]
fn reads_name_version_and_certificate() {
    let sightings = read(&[
        (Direction::Up, whole(&client_hello("dtls.example", &[]), 0)),
        (Direction::Down, whole(&message(3, &[0xfe, 0xff, 2, 1, 2]), 0)),
        (Direction::Up, whole(&client_hello("dtls.example", &[1, 2]), 1)),
        (Direction::Down, [whole(&server_hello(), 1), whole(&certificate("*.dtls.example"), 2)].concat()),
    ]);
    let (host, tls) = hello_in(&sightings).unwrap();
    assert_eq!((host.as_deref(), tls.version.as_deref()), (Some("dtls.example"), Some("dtls1.2")));
    assert_eq!(tls.alpn, ["webrtc".into()]);
    let rest = [Sighting::TlsVersion("dtls1.2".into()), Sighting::Certificate(vec!["*.dtls.example".into()])];
    assert_eq!(sightings[1..], rest);
}

#[test]
fn a_cookie_does_not_hide_the_name() {
    let sightings = read(&[(Direction::Up, whole(&client_hello("dtls.example", &[7; 20]), 1))]);
    assert_eq!(hello_in(&sightings).unwrap().0.as_deref(), Some("dtls.example"));
}

#[test]
fn the_remote_may_be_the_client_and_names_nobody() {
    let sightings = read(&[
        (Direction::Down, whole(&client_hello("dtls.example", &[]), 0)),
        (Direction::Up, [whole(&server_hello(), 0), whole(&certificate("ours.example"), 1)].concat()),
        (Direction::Down, whole(&certificate("client.example"), 1)),
    ]);
    assert_eq!(hello_in(&sightings).unwrap().0, None);
    assert_eq!(sightings[1..], [Sighting::TlsVersion("dtls1.2".into())]);
}

#[test]
fn a_hello_that_does_not_come_whole_shows_its_name() {
    let hello = ClientHello::empty().with_host("dtls.example").with_padding(300).handshake();
    let hello = message(1, &[&DTLS_1_2, &hello[6..39], &[0], &hello[39..]].concat());
    let mut sniffer = DtlsSniffer::default();
    let told = sniffer.push(Direction::Up, &record(&hello, 0, 0..150));
    assert_eq!(told, Progress::Seen(Sighting::Application(Application::Dtls)));
    let Some(Sighting::Hello(hello)) = sniffer.finish() else { panic!() };
    assert_eq!(&*hello.name.unwrap().host, "dtls.example");
    assert_eq!(sniffer.finish(), None);
}

#[test]
fn a_hello_of_which_fragments_are_lost_shows_its_name_when_all_else_is_over() {
    let hello = ClientHello::empty().with_host("dtls.example").with_padding(300).handshake();
    let hello = message(1, &[&DTLS_1_2, &hello[6..39], &[0], &hello[39..]].concat());
    let end = sealed(20, 0, &[1]);
    let sightings = read(&[(Direction::Up, record(&hello, 0, 0..150)), (Direction::Up, end.clone())]);
    assert_eq!(hello_in(&sightings).unwrap().0.as_deref(), Some("dtls.example"));
    let sightings = read(&[(Direction::Down, record(&hello, 0, 0..150)), (Direction::Up, end)]);
    assert_eq!(sightings, [Sighting::Application(Application::Dtls)]);
}

#[test]
fn what_is_encrypted_ends_it() {
    let mut sniffer = DtlsSniffer::default();
    let data = sealed(23, 1, &[0x55; 40]);
    assert_eq!(sniffer.push(Direction::Up, &data), Progress::Found(Sighting::Application(Application::Dtls)));
    assert_eq!(sniffer.finish(), None);
}

#[test]
fn what_is_no_record_is_declined() {
    let mut cut = whole(&client_hello("dtls.example", &[]), 0);
    cut.pop();
    for datagram in [&cut[..], &[22, 3, 3, 0, 1], &[0x80; 40], &sealed(22, 0, &[])] {
        assert_eq!(DtlsSniffer::default().push(Direction::Up, datagram), Progress::NotMine);
    }
}

#[test]
fn patience_ends() {
    let mut sniffer = DtlsSniffer::default();
    let piece = record(&client_hello("dtls.example", &[]), 0, 0..10);
    for _ in 1..MAX_DATAGRAMS {
        assert_ne!(sniffer.push(Direction::Up, &piece), Progress::NotMine);
    }
    assert_eq!(sniffer.push(Direction::Up, &piece), Progress::NotMine);
    assert!(sniffer.hello.pieces.beginning().is_empty(), "its memory is free");
}

proptest! {
    #[test]
    fn fragments_come_in_any_order_and_again(
        length in 20usize..200,
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let pieces = fragments(&client_hello("dtls.example", &[]), 0, length);
        let shuffled = order.iter().map(|index| &pieces[index.index(pieces.len())]);
        let sent = shuffled.chain(&pieces).map(|piece| (Direction::Up, piece.clone())).collect::<Vec<_>>();
        let (host, _) = hello_in(&read(&sent)).unwrap();
        prop_assert_eq!(host.as_deref(), Some("dtls.example"));
    }

    #[test]
    fn never_panics(
        content in proptest::collection::vec(any::<u8>(), 0..200),
        at: prop::sample::Index,
        value: u8,
        is_up: bool,
    ) {
        let direction = if is_up { Direction::Up } else { Direction::Down };
        read(&[(direction, sealed(22, 0, &content))]);
        let mut datagram = [whole(&server_hello(), 1), whole(&client_hello("a.example", &[]), 0)].concat();
        let at = at.index(datagram.len());
        datagram[at] = value;
        let mut sniffer = DtlsSniffer::default();
        sniffer.read(direction, &datagram, |_| {});
        sniffer.finish();
    }
}
