//! The handshake bytes of CRYPTO frames (RFC 9000 section 19.6), whatever order they come in.

use super::packet::Reader;

/// As for TLS: nobody sends a larger hello.
const MAX_HELLO: usize = 16 * 1024;

/// RFC 8446 section 4.
const HANDSHAKE_HEADER: usize = 4;
const CLIENT_HELLO: u8 = 1;

/// Bytes so far.
#[derive(Default)]
pub(super) struct CryptoStream {
    bytes: Vec<u8>,
    /// Received ranges, sorted, not touching.
    ranges: Vec<(usize, usize)>,
}

impl CryptoStream {
    /// Takes the CRYPTO frames out of a packet's payload. What cannot be read ends it: frames have no length of
    /// their own.
    pub(super) fn read_frames(&mut self, frames: &[u8]) {
        let mut reader = Reader { bytes: frames, at: 0 };
        while self.read_frame(&mut reader).is_some() {}
    }

    /// The body of the ClientHello, once all of it is there.
    pub(super) fn hello(&self) -> Option<&[u8]> {
        let &[CLIENT_HELLO, high, middle, low, ..] = self.beginning()? else { return None };
        let length = usize::try_from(u32::from_be_bytes([0, high, middle, low])).ok()?;
        self.beginning()?.get(HANDSHAKE_HEADER..HANDSHAKE_HEADER + length)
    }

    /// The body of the ClientHello, as far as it is there without a gap.
    pub(super) fn partial_hello(&self) -> Option<&[u8]> {
        let is_hello = self.beginning()?.first() == Some(&CLIENT_HELLO);
        is_hello.then(|| self.beginning()?.get(HANDSHAKE_HEADER..)).flatten()
    }

    fn beginning(&self) -> Option<&[u8]> {
        let (0, end) = *self.ranges.first()? else { return None };
        self.bytes.get(..end)
    }

    fn read_frame(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        // RFC 9000 section 12.4: these may be in an Initial packet.
        const PADDING: usize = 0x00;
        const PING: usize = 0x01;
        const ACK: usize = 0x02;
        const ACK_ECN: usize = 0x03;
        const CRYPTO: usize = 0x06;
        match reader.varint()? {
            PADDING | PING => Some(()),
            CRYPTO => {
                let (offset, length) = (reader.varint()?, reader.varint()?);
                self.store(offset, reader.take(length)?)
            }
            kind @ (ACK | ACK_ECN) => skip_ack(reader, kind == ACK_ECN),
            _ => None,
        }
    }

    fn store(&mut self, offset: usize, bytes: &[u8]) -> Option<()> {
        let end = offset.checked_add(bytes.len()).filter(|end| *end <= MAX_HELLO)?;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes[offset..end].copy_from_slice(bytes);
        self.ranges.push((offset, end));
        self.ranges.sort_unstable();
        self.ranges.dedup_by(|next, previous| {
            let touches = next.0 <= previous.1;
            if touches {
                previous.1 = previous.1.max(next.1);
            }
            touches
        });
        Some(())
    }
}

/// RFC 9000 section 19.3.
fn skip_ack(reader: &mut Reader<'_>, has_ecn: bool) -> Option<()> {
    let (_largest, _delay, ranges, _first) =
        (reader.varint()?, reader.varint()?, reader.varint()?, reader.varint()?);
    for _ in 0..ranges {
        let (_gap, _length) = (reader.varint()?, reader.varint()?);
    }
    for _ in 0..if has_ecn { 3 } else { 0 } {
        reader.varint()?;
    }
    Some(())
}
