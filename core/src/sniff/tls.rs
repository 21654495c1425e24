//! The server name of a TLS ClientHello, however the records and segments cut it.

use std::sync::Arc;

use tls_parser::{
    TlsClientHelloContents, TlsExtension, parse_tls_client_hello_extension, parse_tls_handshake_client_hello,
};

use super::{Direction, Progress, Sighting, Sniffer, normalise_host};
use crate::event::{Name, Provenance};

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

/// RFC 6066 section 3: <https://www.rfc-editor.org/rfc/rfc6066#section-3>
const NAME_TYPE_HOST: u8 = 0;

/// RFC 9849 section 5: <https://www.rfc-editor.org/rfc/rfc9849#section-5>
const EXTENSION_ECH: u16 = 0xfe0d;

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
}

impl TlsSniffer {
    fn take(&mut self, mut bytes: &[u8]) -> Progress {
        while !bytes.is_empty() {
            let progress = match self.step(&mut bytes) {
                Ok(None) => continue,
                Ok(Some(name)) => Progress::Found(Sighting::Name(name)),
                Err(NoName) => Progress::NotMine,
            };
            *self = Self::default();
            return progress;
        }
        Progress::NeedMore
    }

    /// Takes some of `bytes`, which are not empty: at least one.
    fn step(&mut self, bytes: &mut &[u8]) -> Result<Option<Name>, NoName> {
        if self.record_left == 0 { self.take_header(bytes).map(|()| None) } else { self.take_body(bytes) }
    }

    fn take_header(&mut self, bytes: &mut &[u8]) -> Result<(), NoName> {
        move_bytes(bytes, &mut self.header, RECORD_HEADER);
        if let Some(length) = record_length(&self.header)? {
            self.record_left = length;
            self.header.clear();
        }
        Ok(())
    }

    fn take_body(&mut self, bytes: &mut &[u8]) -> Result<Option<Name>, NoName> {
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
        name_of(&self.hello[HANDSHAKE_HEADER..], Provenance::TlsSni).map(Some).ok_or(NoName)
    }
}

/// No TLS connection starts like this, or none that shows a name.
struct NoName;

/// Length of the record, once its header is whole. Judges what is there already.
fn record_length(header: &[u8]) -> Result<Option<usize>, NoName> {
    let expected = [CONTENT_HANDSHAKE, MAJOR_VERSION];
    if header.iter().zip(expected).any(|(byte, expected)| *byte != expected) {
        return Err(NoName);
    }
    let &[_, _, _, high, low] = header else { return Ok(None) };
    match usize::from(u16::from_be_bytes([high, low])) {
        // Handshake records are never empty.
        0 => Err(NoName),
        length if length > MAX_RECORD => Err(NoName),
        length => Ok(Some(length)),
    }
}

/// How many handshake bytes make the hello; those of its header, as long as that is not whole.
fn hello_length(hello: &[u8]) -> Result<usize, NoName> {
    match *hello {
        [] => Ok(HANDSHAKE_HEADER),
        [kind, ..] if kind != CLIENT_HELLO => Err(NoName),
        [_, high, middle, low, ..] => whole_length(u32::from_be_bytes([0, high, middle, low])),
        _ => Ok(HANDSHAKE_HEADER),
    }
}

fn whole_length(body: u32) -> Result<usize, NoName> {
    match usize::try_from(body) {
        Ok(body @ 1..) if body + HANDSHAKE_HEADER <= MAX_HELLO => Ok(body + HANDSHAKE_HEADER),
        _ => Err(NoName),
    }
}

fn move_bytes(from: &mut &[u8], to: &mut Vec<u8>, fill_up_to: usize) {
    let (taken, rest) = from.split_at(from.len().min(fill_up_to.saturating_sub(to.len())));
    to.extend_from_slice(taken);
    *from = rest;
}

/// The name in the body of a ClientHello (without its handshake header).
///
/// `ech` tells that the extension `encrypted_client_hello` is there. Whether it hides another name or is GREASE,
/// sent so that the extension is common, cannot be told from outside: that is its purpose
/// (RFC 9849 section 6.2, <https://www.rfc-editor.org/rfc/rfc9849#section-6.2>).
pub(super) fn name_of(hello: &[u8], provenance: Provenance) -> Option<Name> {
    let (_, hello) = parse_tls_handshake_client_hello(hello).ok()?;
    let (host, ech) = read_extensions(&hello);
    let name = |host| Name { host, provenance, ech, candidates: Vec::new() };
    host.map(name)
}

fn read_extensions(hello: &TlsClientHelloContents<'_>) -> (Option<Arc<str>>, bool) {
    let (mut host, mut ech) = (None, false);
    let mut rest = hello.ext.unwrap_or_default();
    // One by one, so that one that is malformed does not hide the others.
    while let Some((extension, next)) = split_extension(rest) {
        match parse_tls_client_hello_extension(extension) {
            Ok((_, TlsExtension::SNI(names))) => host = host.or_else(|| host_of(&names)),
            Ok((_, TlsExtension::Unknown(kind, _))) => ech |= kind.0 == EXTENSION_ECH,
            _ => {}
        }
        rest = next;
    }
    (host, ech)
}

/// An extension with its header, and what follows it.
fn split_extension(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let &[_, _, high, low, ..] = bytes else { return None };
    bytes.split_at_checked(4 + usize::from(u16::from_be_bytes([high, low])))
}

fn host_of(names: &[(tls_parser::SNIType, &[u8])]) -> Option<Arc<str>> {
    let (_, text) = names.iter().find(|(kind, _)| kind.0 == NAME_TYPE_HOST)?;
    normalise_host(text).map(Arc::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sniff::testing::{ClientHello, host_of, push_cut};

    fn name(records: &[u8]) -> Option<Name> {
        let progress = TlsSniffer::default().push(Direction::Up, records);
        let Progress::Found(Sighting::Name(name)) = progress else { return None };
        Some(name)
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
    fn no_name_is_not_mine() {
        for hello in
            [ClientHello::new(), ClientHello::of("192.0.2.1"), ClientHello::of("a b"), ClientHello::of("")]
        {
            assert_eq!(TlsSniffer::default().push(Direction::Up, &hello.records()), Progress::NotMine);
        }
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
            name_of(&body, Provenance::TlsSni);
            let mut records = ClientHello::of("a.example").with_ech().records();
            let at = at.index(records.len());
            records[at] = value;
            name(&records);
        }
    }
}
