//! The server name of a TLS ClientHello, however the records and segments cut it.

use super::{Direction, Hello, Progress, Sighting, Sniffer, client_hello};
use crate::event::{Application, Provenance};

/// A hello with one post-quantum key share takes about 1.8 KiB, with a large session ticket or several shares
/// some more; nobody sends one that outgrows a single record, 16 KiB.
const MAX_HELLO: usize = 16 * 1024;

/// RFC 8446 section 5.1: <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
const RECORD_HEADER: usize = 5;
const CONTENT_HANDSHAKE: u8 = 22;
const MAJOR_VERSION: u8 = 3;
const MAX_RECORD: usize = 1 << 14;

/// RFC 8446 section 4: <https://www.rfc-editor.org/rfc/rfc8446#section-4>
const HANDSHAKE_HEADER: usize = 4;
const CLIENT_HELLO: u8 = 1;

/// Reads the ClientHello that opens a TLS connection.
#[derive(Default)]
pub(super) struct TlsSniffer {
    /// Header of the current record, as far as it came.
    header: Vec<u8>,
    /// Bytes of the current record still to come.
    record_left: usize,
    /// Handshake bytes so far, records taken off.
    hello: Vec<u8>,
}

impl Sniffer for TlsSniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        match direction {
            Direction::Up => self.take(bytes),
            Direction::Down => Progress::NeedMore,
        }
    }

    fn finish(&mut self) -> Option<Sighting> {
        let handshake = std::mem::take(self).hello;
        let body = handshake.get(HANDSHAKE_HEADER..)?;
        let hello = client_hello::read(body, Application::Tls, Provenance::TlsSni)?;
        hello.name.is_some().then(|| Sighting::Hello(Box::new(hello)))
    }
}

impl TlsSniffer {
    fn take(&mut self, mut bytes: &[u8]) -> Progress {
        while !bytes.is_empty() {
            let progress = match self.step(&mut bytes) {
                Ok(None) => continue,
                Ok(Some(hello)) => Progress::Found(Sighting::Hello(Box::new(hello))),
                Err(NotTls) => Progress::NotMine,
            };
            *self = Self::default();
            return progress;
        }
        Progress::NeedMore
    }

    /// Takes some of `bytes`, which are not empty: at least one.
    fn step(&mut self, bytes: &mut &[u8]) -> Result<Option<Hello>, NotTls> {
        if self.record_left == 0 { self.take_header(bytes).map(|()| None) } else { self.take_body(bytes) }
    }

    fn take_header(&mut self, bytes: &mut &[u8]) -> Result<(), NotTls> {
        move_bytes(bytes, &mut self.header, RECORD_HEADER);
        if let Some(length) = record_length(&self.header)? {
            self.record_left = length;
            self.header.clear();
        }
        Ok(())
    }

    fn take_body(&mut self, bytes: &mut &[u8]) -> Result<Option<Hello>, NotTls> {
        let wanted = hello_length(&self.hello)?;
        let (mut body, _) = bytes.split_at(bytes.len().min(self.record_left));
        let offered = body.len();
        move_bytes(&mut body, &mut self.hello, wanted);
        let taken = offered - body.len();
        self.record_left -= taken;
        *bytes = &bytes[taken..];
        if self.hello.len() < hello_length(&self.hello)? {
            return Ok(None);
        }
        let body = &self.hello[HANDSHAKE_HEADER..];
        client_hello::read(body, Application::Tls, Provenance::TlsSni).map(Some).ok_or(NotTls)
    }
}

/// No TLS connection starts like this.
struct NotTls;

/// Length of the record, once its header is whole. Judges what is there already.
fn record_length(header: &[u8]) -> Result<Option<usize>, NotTls> {
    let expected = [CONTENT_HANDSHAKE, MAJOR_VERSION];
    if header.iter().zip(expected).any(|(byte, expected)| *byte != expected) {
        return Err(NotTls);
    }
    let &[_, _, _, high, low] = header else { return Ok(None) };
    match usize::from(u16::from_be_bytes([high, low])) {
        // Handshake records are never empty.
        0 => Err(NotTls),
        length if length > MAX_RECORD => Err(NotTls),
        length => Ok(Some(length)),
    }
}

/// How many handshake bytes make the hello; those of its header, as long as that is not whole.
fn hello_length(hello: &[u8]) -> Result<usize, NotTls> {
    match *hello {
        [] => Ok(HANDSHAKE_HEADER),
        [kind, ..] if kind != CLIENT_HELLO => Err(NotTls),
        [_, high, middle, low, ..] => whole_length(u32::from_be_bytes([0, high, middle, low])),
        _ => Ok(HANDSHAKE_HEADER),
    }
}

fn whole_length(body: u32) -> Result<usize, NotTls> {
    match usize::try_from(body) {
        Ok(body @ 1..) if body + HANDSHAKE_HEADER <= MAX_HELLO => Ok(body + HANDSHAKE_HEADER),
        _ => Err(NotTls),
    }
}

fn move_bytes(from: &mut &[u8], to: &mut Vec<u8>, fill_up_to: usize) {
    let (taken, rest) = from.split_at(from.len().min(fill_up_to.saturating_sub(to.len())));
    to.extend_from_slice(taken);
    *from = rest;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use std::sync::Arc;

    use crate::event::Name;
    use crate::sniff::testing::{ClientHello, host_of, push_cut};

    fn name(records: &[u8]) -> Option<Name> {
        let progress = TlsSniffer::default().push(Direction::Up, records);
        let Progress::Found(Sighting::Hello(hello)) = progress else { return None };
        hello.name
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
        assert!(matches!(sniffer.push(Direction::Up, &[*last]), Progress::Found(_)));
        assert_eq!(sniffer.hello.capacity(), 0);
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
            let Progress::Found(Sighting::Hello(hello)) = progress else { panic!("{progress:?}") };
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
    }

    #[test]
    fn declines_at_the_first_wrong_byte() {
        for start in [&b"G"[..], &[22, 2], &[22, 3, 1, 0, 0], &[22, 3, 1, 0x40, 1], &[22, 3, 1, 0, 9, 2]] {
            assert_eq!(TlsSniffer::default().push(Direction::Up, start), Progress::NotMine, "{start:?}");
        }
    }

    #[test]
    fn a_hello_over_budget_is_not_read() {
        let records = ClientHello::of("a.example").with_padding(MAX_HELLO).records();
        assert_eq!(TlsSniffer::default().push(Direction::Up, &records), Progress::NotMine);
    }

    #[test]
    fn what_the_server_says_is_nothing() {
        let mut sniffer = TlsSniffer::default();
        assert_eq!(sniffer.push(Direction::Down, b"anything"), Progress::NeedMore);
        assert_eq!(
            host_of(&mut sniffer, &ClientHello::of("a.example").records()).as_deref(),
            Some("a.example")
        );
    }

    proptest! {
        #[test]
        fn cuts_do_not_matter(record in 1usize..700, cuts in proptest::collection::vec(1usize..300, 1..30)) {
            let records = ClientHello::of("a.example").with_padding(600).records_of(record);
            prop_assert_eq!(push_cut(&mut TlsSniffer::default(), &records, &cuts).len(), 1);
        }

        #[test]
        fn never_panics(body in proptest::collection::vec(any::<u8>(), 0..300), at: prop::sample::Index, value: u8) {
            client_hello::read(&body, Application::Dtls, Provenance::TlsSni);
            let mut records = ClientHello::of("a.example").with_ech().records();
            let at = at.index(records.len());
            records[at] = value;
            name(&records);
        }
    }
}
