//! One file per kind of layer: bytes or text into what was inside, or `None` where it is no such thing.

pub(super) mod compression;
pub(super) mod digits;
pub(super) mod form;
pub(super) mod json;
pub(super) mod protobuf;
pub(super) mod thrift;

/// Text that people or programs write: no control characters but line ends and tabs, nothing unassigned that a decoder
/// puts where it does not understand.
pub(super) fn is_readable(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| (!c.is_control() || matches!(c, '\n' | '\r' | '\t')) && !is_odd(c))
}

/// Private use, replacement and non-characters.
fn is_odd(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' | '\u{f0000}'..)
}

/// Reads a number of seven bits a byte, the lowest first, as Protocol Buffers and Thrift write it.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
