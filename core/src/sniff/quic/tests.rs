//! Initial packets made with the keys that the RFCs print, and what must not break the reader.

use proptest::prelude::*;

use super::*;
use crate::sniff::testing::{ClientHello, host_of};

const IS_QUIC: Progress = Progress::Seen(Sighting::Application(Application::Quic));

const ID: &[u8] = &[0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08];

fn hex<const N: usize>(text: &str) -> [u8; N] {
    std::array::from_fn(|index| u8::from_str_radix(&text[2 * index..2 * index + 2], 16).unwrap())
}

fn varint(value: usize) -> [u8; 4] {
    (u32::try_from(value).unwrap() | 0x8000_0000).to_be_bytes()
}

fn crypto(offset: usize, bytes: &[u8]) -> Vec<u8> {
    [&[6][..], &varint(offset), &varint(bytes.len()), bytes].concat()
}

/// An Initial packet of a client.
fn initial(version: u32, keys_of: &[u8], destination: &[u8], frames: &[u8]) -> Vec<u8> {
    initial_of(version, Version::of(version).unwrap(), keys_of, destination, frames)
}

/// The same of a version under any number.
fn initial_of(number: u32, version: &Version, keys_of: &[u8], destination: &[u8], frames: &[u8]) -> Vec<u8> {
    let padded = [frames, &vec![0; 1000_usize.saturating_sub(frames.len())]].concat();
    let packet_number = [0, 0, 0, 2];
    let kind = if version.is_initial(0xd3) { 0xd3 } else { 0xc3 };
    let mut header = vec![kind];
    header.extend_from_slice(&number.to_be_bytes());
    header.extend_from_slice(&[u8::try_from(destination.len()).unwrap()]);
    header.extend_from_slice(destination);
    header.extend_from_slice(&[0, 0]);
    header.extend_from_slice(&varint(packet_number.len() + padded.len() + 16));
    header.extend_from_slice(&packet_number);
    ClientKeys::new(version, keys_of).seal(&header, &padded)
}

/// The handshake message, records taken off.
fn hello(host: &str) -> Vec<u8> {
    ClientHello::of(host).handshake()
}

#[test]
fn keys_are_those_of_rfc_9001_and_rfc_9369() {
    let (key, iv, header) = ClientKeys::parts(Version::of(1).unwrap(), ID);
    assert_eq!(key, hex("1f369613dd76d5467730efcbe3b1a22d"));
    assert_eq!(iv, hex("fa044b2f42a3fd3b46fb255c"));
    assert_eq!(header, hex("9f50449e04a0e810283a1e9933adedd2"));
    let (key, iv, header) = ClientKeys::parts(Version::of(0x6b33_43cf).unwrap(), ID);
    assert_eq!(key, hex("8b1a0bc121284290a29e0971b5cd045d"));
    assert_eq!(iv, hex("91f73e2351d8fa91660e909f"));
    assert_eq!(header, hex("45b95e15235d6f45a6b19cbcb0294ba9"));
}

#[test]
fn every_version_shows_its_name() {
    let drafts = (0xff00_0016..=0xff00_0022).chain([1, 0x6b33_43cf, 0xface_b001, 0xface_b002]);
    for version in drafts.chain([0x5430_3530, 0x5430_3531]) {
        let packet = initial(version, ID, ID, &crypto(0, &hello("quic.example")));
        let host = host_of(&mut QuicSniffer::default(), &packet);
        assert_eq!(host.as_deref(), Some("quic.example"), "{version:#x}");
    }
}

#[test]
fn a_hello_comes_in_any_order_over_several_datagrams() {
    let hello = hello("late.example");
    let (first, second) = hello.split_at(hello.len() / 2);
    let tail = initial(1, ID, ID, &crypto(first.len(), second));
    let mut sniffer = QuicSniffer::default();
    assert_eq!(sniffer.push(Direction::Up, &tail), IS_QUIC);
    assert_eq!(sniffer.push(Direction::Up, &tail), Progress::NeedMore);
    let overlapping = [crypto(3, &first[3..]), vec![1, 0], crypto(0, first)].concat();
    let head = initial(1, ID, ID, &overlapping);
    assert_eq!(host_of(&mut sniffer, &head).as_deref(), Some("late.example"));
}

#[test]
fn packets_share_a_datagram_and_keep_their_keys_under_a_new_connection_id() {
    let hello = hello("two.example");
    let (first, second) = hello.split_at(20);
    let mut sniffer = QuicSniffer::default();
    let opening = initial(1, ID, ID, &crypto(0, first));
    assert_eq!(sniffer.push(Direction::Up, &opening), IS_QUIC);
    let ping = initial(1, ID, b"server's", &[1]);
    let rest = initial(1, ID, b"server's", &crypto(20, second));
    assert_eq!(host_of(&mut sniffer, &[ping, rest].concat()).as_deref(), Some("two.example"));
}

#[test]
fn a_retry_brings_new_keys_that_stay() {
    let mut sniffer = QuicSniffer::default();
    let hello = hello("retry.example");
    assert_eq!(sniffer.push(Direction::Up, &initial(1, ID, ID, &crypto(0, &hello[..9]))), IS_QUIC);
    let (first, second) = hello.split_at(30);
    let given = b"chosen by retry";
    let again = initial(1, given, given, &crypto(0, first));
    assert_eq!(sniffer.push(Direction::Up, &again), Progress::NeedMore);
    let rest = initial(1, given, b"server's", &crypto(30, second));
    assert_eq!(host_of(&mut sniffer, &rest).as_deref(), Some("retry.example"));
}

#[test]
fn another_version_begins_anew() {
    let mut sniffer = QuicSniffer::default();
    // A version that no server speaks, then one that it does not, then one that it does.
    let mut probe = initial(1, ID, ID, &[0]);
    probe[1..5].copy_from_slice(&0x1a2a_3a4a_u32.to_be_bytes());
    assert_eq!(sniffer.push(Direction::Up, &probe), IS_QUIC);
    let old = hello("a-longer-name-than-the-other.example");
    sniffer.push(Direction::Up, &initial(0xff00_001d, ID, ID, &crypto(0, &old[..old.len() - 1])));
    let new = hello("negotiated.example");
    let last = initial(1, ID, ID, &crypto(0, &new));
    assert_eq!(host_of(&mut sniffer, &last).as_deref(), Some("negotiated.example"));
}

#[test]
fn a_compatible_version_goes_on() {
    let hello = hello("compatible.example");
    let (first, second) = hello.split_at(30);
    let mut sniffer = QuicSniffer::default();
    sniffer.push(Direction::Up, &initial(1, ID, ID, &crypto(0, first)));
    let rest = initial(0x6b33_43cf, ID, b"server's", &crypto(30, second));
    assert_eq!(host_of(&mut sniffer, &rest).as_deref(), Some("compatible.example"));
}

#[test]
fn early_data_may_come_first() {
    let mut early = initial(1, ID, ID, &[0]);
    early[0] = 0xd0;
    // Without the empty token of an Initial packet.
    early.remove(15);
    let mut sniffer = QuicSniffer::default();
    assert_eq!(sniffer.push(Direction::Up, &early), IS_QUIC);
    let together = [early, initial(1, ID, ID, &crypto(0, &hello("early.example")))].concat();
    assert_eq!(host_of(&mut sniffer, &together).as_deref(), Some("early.example"));
}

#[test]
fn a_known_version_under_a_number_of_its_own_is_read() {
    let mut packet = initial(1, ID, ID, &[0]);
    let number = 0xface_b0ff_u32;
    packet[1..5].copy_from_slice(&number.to_be_bytes());
    assert_eq!(QuicSniffer::default().push(Direction::Up, &packet), Progress::NotMine, "does not open");
    let packet =
        initial_of(number, Version::of(0xff00_001b).unwrap(), ID, ID, &crypto(0, &hello("alias.example")));
    assert_eq!(host_of(&mut QuicSniffer::default(), &packet).as_deref(), Some("alias.example"));
}

#[test]
fn what_is_missing_of_a_hello_does_not_hide_its_name() {
    let hello = ClientHello::of("partial.example").with_padding(500).handshake();
    let mut sniffer = QuicSniffer::default();
    sniffer.push(Direction::Up, &initial(1, ID, ID, &crypto(0, &hello[..200])));
    let Some(Sighting::Hello(hello)) = sniffer.finish() else { panic!() };
    assert_eq!(&*hello.name.unwrap().host, "partial.example");
    assert_eq!(sniffer.finish(), None);
}

#[test]
fn an_unknown_version_hides_its_hello() {
    let mut packet = initial(1, ID, ID, &[0]);
    packet[1..5].copy_from_slice(&0xabcd_0000_u32.to_be_bytes());
    packet.resize(1200, 0);
    let mut sniffer = QuicSniffer::default();
    assert_eq!(sniffer.push(Direction::Up, &packet), IS_QUIC);
    assert_eq!(sniffer.finish(), Some(Sighting::Hidden(Hidden::Hello)));
    assert_eq!(sniffer.finish(), None);
}

#[test]
fn googles_hello_is_read_in_the_clear_and_protected() {
    let values = b"www.google.example";
    let end = u32::try_from(values.len()).unwrap().to_le_bytes();
    let hello = [&b"CHLO\x01\0\0\0SNI\0"[..], &end, values].concat();
    let public = [&[0x0d][..], ID, b"Q043\x01", &[0; 12], &[0xa0, 1, 0, 0], &hello].concat();
    assert_eq!(host_of(&mut QuicSniffer::default(), &public).as_deref(), Some("www.google.example"));
    let versionless = [&[0x0c][..], ID, &[2], &[0; 12], &[0xa0, 1, 0, 0], &hello].concat();
    assert_eq!(host_of(&mut QuicSniffer::default(), &versionless).as_deref(), Some("www.google.example"));
    let long =
        [&[0xc3][..], b"Q046", &[0x50], ID, &[0, 0, 0, 1], &[0; 12], &[0xa0, 1, 0, 0], &hello].concat();
    assert_eq!(host_of(&mut QuicSniffer::default(), &long).as_deref(), Some("www.google.example"));
    let packet = initial(0x5130_3530, ID, ID, &crypto(0, &hello));
    assert_eq!(host_of(&mut QuicSniffer::default(), &packet).as_deref(), Some("www.google.example"));
}

#[test]
fn what_cannot_be_opened_is_said_to_be_hidden() {
    let mut sniffer = QuicSniffer::default();
    let mut damaged = initial(1, ID, ID, &crypto(0, &hello("damaged.example")));
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(sniffer.push(Direction::Up, &damaged), IS_QUIC);
    for _ in 2..MAX_DATAGRAMS {
        assert_eq!(sniffer.push(Direction::Up, &damaged), Progress::NeedMore);
    }
    assert_eq!(sniffer.push(Direction::Up, &damaged), Progress::Found(Sighting::Hidden(Hidden::Hello)));
    assert_eq!(QuicSniffer::default().push(Direction::Up, b"no QUIC at all"), Progress::NotMine);
}

proptest! {
    #[test]
    fn never_panics(datagrams in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..100), 0..6)) {
        let mut sniffer = QuicSniffer::default();
        for datagram in datagrams {
            sniffer.push(Direction::Up, &[&[0xc0, 0, 0, 0, 1][..], &datagram].concat());
        }
    }

    #[test]
    fn frames_never_panic(frames in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut sniffer = QuicSniffer::default();
        sniffer.push(Direction::Up, &initial(1, ID, ID, &frames));
        sniffer.finish();
        let mut sniffer = QuicSniffer::default();
        sniffer.push(Direction::Up, &initial(0x5130_3530, ID, ID, &[b"CHLO", &frames[..]].concat()));
    }
}
