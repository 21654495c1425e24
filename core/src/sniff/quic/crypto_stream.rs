//! The handshake bytes of CRYPTO frames (RFC 9000 section 19.6), whatever order they come in.

use super::packet::Reader;
use crate::sniff::pieces::Pieces;

/// RFC 8446 section 4.
const HANDSHAKE_HEADER: usize = 4;
const CLIENT_HELLO: u8 = 1;

/// What came so far.
#[derive(Default)]
pub(super) struct CryptoStream(Pieces);

impl CryptoStream {
    /// Takes the CRYPTO frames out of a packet's payload. What cannot be read ends it: frames have no length of
    /// their own.
    pub(super) fn read_frames(&mut self, frames: &[u8]) {
        let mut reader = Reader { bytes: frames, at: 0 };
        while self.read_frame(&mut reader).is_some() {}
    }

    /// The body of the ClientHello, once all of it is there.
    pub(super) fn hello(&self) -> Option<&[u8]> {
        let &[_, high, middle, low, ..] = self.0.beginning() else { return None };
        let length = usize::try_from(u32::from_be_bytes([0, high, middle, low])).ok()?;
        self.partial_hello()?.get(..length)
    }

    /// The body of the ClientHello, as far as it is there without a gap.
    pub(super) fn partial_hello(&self) -> Option<&[u8]> {
        let bytes = self.0.beginning();
        bytes.first().filter(|kind| **kind == CLIENT_HELLO).and_then(|_| bytes.get(HANDSHAKE_HEADER..))
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
                self.0.put(offset, reader.take(length)?)
            }
            kind @ (ACK | ACK_ECN) => skip_ack(reader, kind == ACK_ECN),
            _ => None,
        }
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
