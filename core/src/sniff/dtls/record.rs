//! Records of DTLS and the fragments of handshake messages in them.

/// RFC 6347 section 4.1: <https://www.rfc-editor.org/rfc/rfc6347#section-4.1>
const RECORD_HEADER: usize = 1 + 2 + 2 + 6 + 2;
/// RFC 6347 section 4.2.2: <https://www.rfc-editor.org/rfc/rfc6347#section-4.2.2>
const FRAGMENT_HEADER: usize = 1 + 3 + 2 + 3 + 3;

const HANDSHAKE: u8 = 22;
/// Change of ciphers, alert, handshake, data, heartbeat, connection id, acknowledgement.
const KINDS: std::ops::RangeInclusive<u8> = 20..=26;

/// 1.0, 1.2 (as which 1.3 passes as well) and the one that OpenSSL had before the standard, which tunnels still use.
const VERSIONS: [u16; 3] = [0xfeff, 0xfefd, 0x0100];

/// Records of one datagram, of which a flight may fill it with several.
const MAX_RECORDS: usize = 32;

/// One record.
pub(super) struct Record<'a> {
    kind: u8,
    epoch: u16,
    content: &'a [u8],
}

/// A part of a handshake message, or all of it.
pub(super) struct Fragment<'a> {
    pub(super) kind: u8,
    /// Length of the whole message.
    pub(super) length: usize,
    pub(super) sequence: u16,
    pub(super) offset: usize,
    pub(super) body: &'a [u8],
}

/// The records that a datagram consists of; `None` if it does not.
pub(super) fn split(datagram: &[u8]) -> Option<Vec<Record<'_>>> {
    let (mut rest, mut records) = (datagram, Vec::new());
    while !rest.is_empty() && records.len() < MAX_RECORDS {
        let (header, after) = rest.split_at_checked(RECORD_HEADER)?;
        let &[kind, major, minor, epoch_high, epoch_low, .., high, low] = header else { return None };
        let is_known = KINDS.contains(&kind) && VERSIONS.contains(&u16::from_be_bytes([major, minor]));
        let (content, next) = after.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
        if !is_known || content.is_empty() {
            // Encrypted records of version 1.3 have a header of their own, and follow others.
            return if records.is_empty() { None } else { Some(records) };
        }
        records.push(Record { kind, epoch: u16::from_be_bytes([epoch_high, epoch_low]), content });
        rest = next;
    }
    Some(records)
}

impl<'a> Record<'a> {
    /// It carries handshake messages, and is not encrypted.
    pub(super) fn is_open_handshake(&self) -> bool {
        self.kind == HANDSHAKE && self.epoch == 0
    }

    /// The fragments in it, up to the first that is broken.
    pub(super) fn fragments(&self) -> impl Iterator<Item = Fragment<'a>> {
        let mut rest = if self.is_open_handshake() { self.content } else { &[] };
        std::iter::from_fn(move || {
            let (fragment, next) = split_fragment(rest)?;
            rest = next;
            Some(fragment)
        })
    }
}

fn split_fragment(bytes: &[u8]) -> Option<(Fragment<'_>, &[u8])> {
    let (header, rest) = bytes.split_at_checked(FRAGMENT_HEADER)?;
    let (length, offset) = (length_at(header, 1)?, length_at(header, 6)?);
    let (body, rest) = rest.split_at_checked(length_at(header, 9)?)?;
    let sequence = u16::from_be_bytes(*header.get(4..6)?.first_chunk()?);
    let fits = offset + body.len() <= length;
    fits.then_some((Fragment { kind: *header.first()?, length, sequence, offset, body }, rest))
}

/// A length of three bytes.
pub(super) fn length_at(bytes: &[u8], at: usize) -> Option<usize> {
    let &[high, middle, low] = bytes.get(at..at + 3)?.first_chunk()?;
    Some(usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low))
}
