//! Long headers (RFC 9000 section 17.2), as far as they are not protected.

use super::version::Version;

/// The longest connection id of any version here.
const MAX_ID: usize = 20;

/// What the long headers of all versions have in common (RFC 8999 section 5.1).
#[derive(Debug)]
pub(super) struct Start<'a> {
    pub(super) first_byte: u8,
    pub(super) version: u32,
    pub(super) destination_id: &'a [u8],
    /// Where it ends, and what is of the version begins.
    end: usize,
}

/// The header of a packet that sets a connection up.
#[derive(Debug)]
pub(super) struct LongHeader {
    pub(super) is_initial: bool,
    /// Where the packet number begins, from the first byte.
    pub(super) number_at: usize,
    /// Where the packet ends; another may follow in the same datagram.
    pub(super) end: usize,
}

impl<'a> Start<'a> {
    /// Reads the start of a packet with a long header that tells its version. The second bit is not looked at: a
    /// client may set it either way (RFC 9287).
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        const LONG: u8 = 0x80;
        let mut reader = Reader { bytes, at: 0 };
        let first_byte = reader.byte()?;
        let version = u32::from_be_bytes(*reader.take(4)?.first_chunk()?);
        if first_byte & LONG == 0 || version == 0 {
            return None;
        }
        let (destination_id, _) = (reader.id()?, reader.id()?);
        Some(Self { first_byte, version, destination_id, end: reader.at })
    }

    /// Whether it is of a connection's first packet, whatever the version: such datagrams are padded, and the
    /// connection id is drawn by the client (RFC 9000 sections 7.2 and 14.1), rules that new versions keep.
    pub(super) fn looks_first(&self, datagram: &[u8]) -> bool {
        const PADDED: usize = 1200;
        const MIN_DRAWN_ID: usize = 8;
        const FIXED: u8 = 0x40;
        datagram.len() >= PADDED && self.destination_id.len() >= MIN_DRAWN_ID && self.first_byte & FIXED != 0
    }
}

impl LongHeader {
    /// Reads the rest of a header of `version`; `None` if it cannot be followed.
    pub(super) fn parse(start: &Start<'_>, version: &Version, bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader { bytes, at: start.end };
        let is_initial = version.is_initial(start.first_byte);
        if is_initial {
            // The token of a retry or of an earlier connection, mostly empty.
            let token = reader.varint()?;
            reader.take(token)?;
        }
        let length = reader.varint()?;
        let number_at = reader.at;
        reader.take(length)?;
        Some(Self { is_initial, number_at, end: reader.at })
    }
}

/// Takes bytes off the front, never more than there are.
pub(super) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    /// A variable-length integer (RFC 9000 section 16).
    pub(super) fn varint(&mut self) -> Option<usize> {
        let first = self.byte()?;
        let more = self.take((1 << (first >> 6)) - 1)?;
        let value = more.iter().fold(u64::from(first & 0x3f), |value, byte| value << 8 | u64::from(*byte));
        usize::try_from(value).ok()
    }

    fn id(&mut self) -> Option<&'a [u8]> {
        let length = usize::from(self.byte()?);
        if length > MAX_ID { None } else { self.take(length) }
    }
}
