//! STUN (RFC 8489): how peers find a way to each other before they speak DTLS or QUIC on the same ports.

const HEADER: usize = 20;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

/// Whether `datagram` is a STUN message: <https://www.rfc-editor.org/rfc/rfc8489#section-5>
pub(super) fn is_message(datagram: &[u8]) -> bool {
    let Some(&[kind, _, high, low, cookie @ ..]) = datagram.first_chunk::<8>() else { return false };
    let length = usize::from(u16::from_be_bytes([high, low]));
    kind & 0xc0 == 0 && cookie == MAGIC_COOKIE && datagram.len() == HEADER + length
}
