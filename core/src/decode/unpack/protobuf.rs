//! Protocol Buffers without their schema: fields by number. Any bytes may look like it, so much is asked of them.
//!
//! <https://protobuf.dev/programming-guides/encoding/>

use super::{is_readable, varint};
use crate::decode::budget::Budget;
use crate::decode::limits::{MAX_FIELDS, MAX_NESTING};
use crate::decode::path;
use crate::decode::peel::{self, Place};
use crate::decode::value::{Map, Value};

/// Less than this is found in any bytes.
const SHORTEST: usize = 12;

/// A text of so many characters in a field does not come by chance.
const TELLING_TEXT: usize = 6;

/// Messages have few fields, and number them from one; extensions go higher, but not in telemetry.
const MAX_NUMBER: u64 = 2047;

/// It shows by its looks that it is a message: all bytes belong to fields, and at least two of them, or a
/// long one, are text.
pub(in crate::decode) fn looks_like_message(bytes: &[u8]) -> bool {
    let Some(shape) = (bytes.len() >= SHORTEST).then(|| Shape::of(bytes)).flatten() else { return false };
    let is_telling = shape.texts >= 2 || shape.texts == 1 && shape.longest >= 2 * TELLING_TEXT;
    is_telling && shape.text_bytes * 3 >= bytes.len()
}

/// What is found in a message before it is believed. Nothing is kept of it.
#[derive(Debug, Default)]
struct Shape {
    texts: usize,
    text_bytes: usize,
    longest: usize,
}

impl Shape {
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut shape = Self::default();
        shape.add(bytes, 0)?;
        Some(shape)
    }

    fn add(&mut self, bytes: &[u8], nesting: usize) -> Option<()> {
        (nesting < MAX_NESTING).then_some(())?;
        for field in Fields(bytes) {
            let Content::Bytes(content) = field?.content else { continue };
            match plain_text(content) {
                Some(text) if text.len() >= TELLING_TEXT => {
                    self.texts += 1;
                    self.text_bytes += text.len();
                    self.longest = self.longest.max(text.len());
                }
                Some(text) => self.text_bytes += text.len(),
                None => {
                    let mut inner = Self::default();
                    if inner.add(content, nesting + 1).is_some() {
                        self.texts += inner.texts;
                        self.text_bytes += inner.text_bytes;
                        self.longest = self.longest.max(inner.longest);
                    }
                }
            }
        }
        Some(())
    }
}

/// Reads a message that is known to be one, and undoes what its fields hold; `None` if it is not.
pub(in crate::decode) fn parse(bytes: &[u8], place: Place<'_>, budget: &mut Budget) -> Option<Value> {
    let is_message =
        place.nesting < MAX_NESTING && !bytes.is_empty() && Fields(bytes).all(|field| field.is_some());
    is_message.then_some(())?;
    let mut map = Map::default();
    for field in Fields(bytes).flatten() {
        if map.len() == MAX_FIELDS || !budget.take_item() {
            budget.cap(place.path, format!("more than {MAX_FIELDS} entries; the rest is left out"));
            break;
        }
        let key = map.free_key(&field.number.to_string());
        let path = path::entry(place.path, &key);
        map.push(&key, value_of(field.content, place.below(&path), budget));
    }
    Some(Value::Map(map))
}

fn value_of(content: Content<'_>, place: Place<'_>, budget: &mut Budget) -> Value {
    match content {
        Content::Number(number) => Value::Integer(number.into()),
        Content::Bytes(bytes) => match plain_text(bytes) {
            Some(text) => peel::text(text, place, budget),
            None => parse(bytes, place, budget).unwrap_or_else(|| peel::bytes(bytes, place, budget)),
        },
    }
}

/// Text without any control character: a line end may just as well be the tag of the first field of a message.
fn plain_text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    (text.is_empty() || is_readable(text) && !text.chars().any(char::is_control)).then_some(text)
}

struct Field<'a> {
    number: u64,
    content: Content<'a>,
}

#[derive(Clone, Copy)]
enum Content<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of a message; ends with `None` for what is none.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Option<Field<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.0.is_empty()).then(|| {
            let field = self.field();
            if field.is_none() {
                self.0 = &[];
            }
            field
        })
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<Field<'a>> {
        let tag = varint(&mut self.0)?;
        let number = tag >> 3;
        (1..=MAX_NUMBER).contains(&number).then_some(())?;
        let content = match tag & 7 {
            0 => Content::Number(varint(&mut self.0)?),
            1 => Content::Number(u64::from_le_bytes(*self.take(8)?.first_chunk()?)),
            2 => {
                let length = usize::try_from(varint(&mut self.0)?).ok()?;
                Content::Bytes(self.take(length)?)
            }
            5 => Content::Number(u32::from_le_bytes(*self.take(4)?.first_chunk()?).into()),
            _ => return None,
        };
        Some(Field { number, content })
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(bytes: &[u8]) -> Option<String> {
        let value = parse(bytes, Place::TOP, &mut Budget::default()).filter(|_| looks_like_message(bytes))?;
        Some(serde_json::to_string(&value).unwrap())
    }

    const MESSAGE: &[u8] = b"\x08\x96\x01\x12\x09page_view\x1a\x0e\x0a\x0chttp://a.exa\x12\x01\xff";

    #[test]
    fn a_message_becomes_its_fields() {
        assert_eq!(
            guessed(MESSAGE).unwrap(),
            r#"{"1":150,"2":"page_view","3":{"1":"http://a.exa"},"2#2":{"bytes":1,"hex":"ff"}}"#
        );
    }

    #[test]
    fn what_is_cut_or_goes_on_is_none() {
        for length in 0..MESSAGE.len() {
            // Where a field ends, what came before may be whole.
            let is_whole = matches!(length, 14 | 30);
            assert!(is_whole || guessed(&MESSAGE[..length]).is_none(), "{length}");
        }
        assert_eq!(guessed(&[MESSAGE, b"\0\0"].concat()), None);
    }

    #[test]
    fn text_and_noise_are_none() {
        for text in [
            "GET / HTTP/1.1",
            "what a person writes",
            "{\"a\": \"b\"}",
            "a=1&b=2&c=3",
            "\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
        ] {
            assert_eq!(guessed(text.as_bytes()), None, "{text}");
        }
        let mut state = 1_u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        };
        let believed = (0..50_000).filter(|round| {
            let bytes: Vec<u8> = (0..SHORTEST + round % 50).map(|_| noise()).collect();
            guessed(&bytes).is_some()
        });
        assert_eq!(believed.count(), 0);
    }
}
