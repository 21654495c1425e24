//! Google's own handshake before TLS ("QUIC Crypto"), spoken by phones until 2021: a hello of tags, sent in the
//! clear up to version Q046 and in protected packets by Q050.

use crate::event::{Name, Provenance};
use crate::sniff::shown_host;

const HELLO_TAG: &[u8; 4] = b"CHLO";
const NAME_TAG: &[u8; 4] = b"SNI\0";

/// Tag, number of entries, padding.
const HELLO_HEADER: usize = 8;
/// Tag, and where its value ends.
const ENTRY: usize = 8;
/// A hello holds some twenty; more would be no hello.
const MAX_ENTRIES: usize = 128;

/// Where the hello may begin: behind packet header, hash and stream header, whose lengths differ by version.
const SEARCHED: usize = 80;

/// The hello in a datagram of a version that does not protect it. Once the server has answered, clients leave the
/// version out: then a server name must show that it is one.
pub(super) fn plain_hello(datagram: &[u8]) -> Option<&[u8]> {
    find_hello(datagram).filter(|hello| has_plain_version(datagram) || server_name(hello).is_some())
}

/// The hello in a packet's frames.
pub(super) fn find_hello(frames: &[u8]) -> Option<&[u8]> {
    let start = frames.windows(HELLO_TAG.len()).take(SEARCHED).position(|window| window == HELLO_TAG)?;
    frames.get(start..)
}

/// The server name in a hello.
pub(super) fn server_name(hello: &[u8]) -> Option<Name> {
    let entries = usize::from(u16::from_le_bytes(*hello.get(4..6)?.first_chunk()?)).min(MAX_ENTRIES);
    let values = hello.get(HELLO_HEADER + entries * ENTRY..)?;
    let mut start = 0;
    for entry in hello.get(HELLO_HEADER..)?.chunks_exact(ENTRY).take(entries) {
        let (tag, end) = entry.split_at(NAME_TAG.len());
        let end = usize::try_from(u32::from_le_bytes(*end.first_chunk()?)).ok()?;
        if tag == NAME_TAG {
            let host = shown_host(values.get(start..end)?)?;
            let (provenance, candidates) = (Provenance::QuicSni, Vec::new());
            return Some(Name { host, provenance, ech: false, candidates });
        }
        start = end;
    }
    None
}

/// A version up to Q049 (Q050 is protected) stands where the public header, with or without a connection id, or the
/// long header (since Q046) has it.
pub(super) fn has_plain_version(datagram: &[u8]) -> bool {
    const PUBLIC_VERSION_AT: usize = 9;
    const LONG_VERSION_AT: usize = 1;
    [PUBLIC_VERSION_AT, LONG_VERSION_AT].into_iter().any(|at| {
        let version = datagram.get(at..at + 4);
        version.is_some_and(|version| matches!(version, [b'Q', b'0', b'0'..=b'4', b'0'..=b'9']))
    })
}
