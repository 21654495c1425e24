//! A flat Thrift struct in either of its encodings: numbers and bytes by field id, as far as it goes.
//!
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>,
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md>

use super::varint;
use crate::decode::layer::Coding;

/// Envelopes have some ten fields.
const MAX_FIELDS: usize = 32;

#[derive(Debug, PartialEq, Eq)]
pub(in crate::decode) struct Struct<'a> {
    pub(in crate::decode) coding: Coding,
    pub(in crate::decode) fields: Vec<(i16, Field<'a>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::decode) enum Field<'a> {
    Number(i64),
    Bytes(&'a [u8]),
}

impl<'a> Struct<'a> {
    /// Reads a whole struct; `None` where it is none, is not flat, or leaves bytes over.
    pub(in crate::decode) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let compact = || Some(Self { coding: Coding::ThriftCompact, fields: compact(bytes)? });
        let binary = || Some(Self { coding: Coding::ThriftBinary, fields: binary(bytes)? });
        compact().or_else(binary)
    }

    pub(in crate::decode) fn get(&self, id: i16) -> Option<Field<'a>> {
        self.fields.iter().find(|(field, _)| *field == id).map(|(_, value)| *value)
    }

    pub(in crate::decode) fn text(&self, id: i16) -> Option<&'a str> {
        if let Some(Field::Bytes(bytes)) = self.get(id) { std::str::from_utf8(bytes).ok() } else { None }
    }

    pub(in crate::decode) fn number(&self, id: i16) -> Option<i64> {
        if let Some(Field::Number(number)) = self.get(id) { Some(number) } else { None }
    }
}

type FieldsOf<'a> = Vec<(i16, Field<'a>)>;

fn compact(mut bytes: &[u8]) -> Option<FieldsOf<'_>> {
    let (mut fields, mut id) = (Vec::new(), 0_i16);
    while fields.len() < MAX_FIELDS {
        let head = byte(&mut bytes)?;
        if head == 0 {
            return bytes.is_empty().then_some(fields);
        }
        id = match i16::from(head >> 4) {
            0 => i16::try_from(zigzag(&mut bytes)?).ok()?,
            delta => id.checked_add(delta)?,
        };
        let field = match head & 0x0f {
            kind @ (1 | 2) => Field::Number(i64::from(kind == 1)),
            3 => Field::Number(i64::from(byte(&mut bytes)?.cast_signed())),
            4..=6 => Field::Number(zigzag(&mut bytes)?),
            7 => Field::Bytes(take(&mut bytes, 8)?),
            8 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                Field::Bytes(take(&mut bytes, length)?)
            }
            _ => return None,
        };
        fields.push((id, field));
    }
    None
}

fn binary(mut bytes: &[u8]) -> Option<FieldsOf<'_>> {
    let mut fields = Vec::new();
    while fields.len() < MAX_FIELDS {
        let kind = byte(&mut bytes)?;
        if kind == 0 {
            return bytes.is_empty().then_some(fields);
        }
        let id = i16::from_be_bytes(array(&mut bytes)?);
        let field = match kind {
            2 | 3 => Field::Number(i64::from(byte(&mut bytes)?.cast_signed())),
            4 => Field::Bytes(take(&mut bytes, 8)?),
            6 => Field::Number(i16::from_be_bytes(array(&mut bytes)?).into()),
            8 => Field::Number(i32::from_be_bytes(array(&mut bytes)?).into()),
            10 => Field::Number(i64::from_be_bytes(array(&mut bytes)?)),
            11 => {
                let length = usize::try_from(i32::from_be_bytes(array(&mut bytes)?)).ok()?;
                Field::Bytes(take(&mut bytes, length)?)
            }
            _ => return None,
        };
        fields.push((id, field));
    }
    None
}

fn zigzag(bytes: &mut &[u8]) -> Option<i64> {
    let value = varint(bytes)?;
    Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}

fn byte(bytes: &mut &[u8]) -> Option<u8> {
    array(bytes).map(|[byte]| byte)
}

fn array<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (array, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*array)
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPACT: &[u8] = b"\x18\x031.0\x35\x01\x15\x02\x18\x02\xff\xfe\x52\0";
    const BINARY: &[u8] = b"\x0b\0\x01\0\0\0\x031.0\x08\0\x04\xff\xff\xff\xff\x08\0\x05\0\0\0\x01\x0b\0\x06\0\0\0\x02\xff\xfe\x02\0\x0b\0\0";

    #[test]
    fn both_encodings_say_the_same() {
        for (bytes, coding) in [(COMPACT, Coding::ThriftCompact), (BINARY, Coding::ThriftBinary)] {
            let read = Struct::parse(bytes).unwrap();
            assert_eq!(read.coding, coding);
            assert_eq!((read.text(1), read.number(4), read.number(5)), (Some("1.0"), Some(-1), Some(1)));
            assert_eq!(read.get(6), Some(Field::Bytes(b"\xff\xfe")));
            assert_eq!(read.number(11), Some(0));
            for length in 0..bytes.len() {
                assert_eq!(Struct::parse(&bytes[..length]), None, "{length}");
            }
        }
    }
}
