//! Long headers (RFC 9000 section 17.2), as far as they are not protected.

use super::version::Version;

/// The header of a packet that sets a connection up.
#[derive(Debug)]
pub(super) struct LongHeader<'a> {
    pub(super) first_byte: u8,
    pub(super) version: u32,
    pub(super) destination_id: &'a [u8],
    /// Where the packet number begins, from the first byte.
    pub(super) number_at: usize,
    /// Where the packet ends; another may follow in the same datagram.
    pub(super) end: usize,
}

/// The longest connection id of any version here.
const MAX_ID: usize = 20;

impl<'a> LongHeader<'a> {
    /// Reads the header at the beginning of `bytes`; `None` if there is none that can be followed.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        const LONG_AND_FIXED: u8 = 0xc0;
        let mut reader = Reader { bytes, at: 0 };
        let first_byte = reader.byte()?;
        let version = u32::from_be_bytes(*reader.take(4)?.first_chunk()?);
        if first_byte & LONG_AND_FIXED != LONG_AND_FIXED || version == 0 {
            return None;
        }
        let destination_id = reader.id()?;
        reader.id()?;
        let is_initial = Version::of(version).is_some_and(|version| version.is_initial(first_byte));
        if is_initial {
            // The token of a retry, empty at first.
            let token = reader.varint()?;
            reader.take(token)?;
        }
        let length = reader.varint()?;
        let number_at = reader.at;
        reader.take(length)?;
        Some(Self { first_byte, version, destination_id, number_at, end: reader.at })
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
