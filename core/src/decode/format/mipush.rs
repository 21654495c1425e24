//! The first message of a phone to Xiaomi's push service: the same frame that [`crate::sniff`] takes the host from.
//!
//! Its header is in the clear, and so is the content of the command `CONN`; that of all others is encrypted.

use super::Format;
use crate::decode::budget::Budget;
use crate::decode::layer::Coding;
use crate::decode::message::{Body, Message};
use crate::decode::note::NoteKind;
use crate::decode::path;
use crate::decode::peel::Place;
use crate::decode::unpack::protobuf;
use crate::decode::value::{Map, Value};
use crate::sniff::adler32;

const START: [u8; 4] = [0xc2, 0xfe, 0, 5];
const FRAME_HEADER: usize = 8;
const SUM: usize = 4;

/// Numbers of fields, and what is known of them (APK-MP).
const COMMAND: &str = "5";
const CONN: [(&str, &str); 3] = [("2", "model"), ("3", "rom_version"), ("7", "host")];

pub(super) fn open(message: &mut Message, budget: &mut Budget) -> Option<Format> {
    let Body::Bytes(body) = &message.body else { return None };
    let frame = Frame::parse(body)?;
    let place = message.body_path();
    budget.layer(place, Coding::MipushFrame, body.len(), frame.header.len() + frame.content.len());
    if !frame.is_right {
        budget.note(NoteKind::Wrong, place, "the sum of the frame is wrong".to_owned());
    }
    let value = frame.tree(Place { path: place, depth: 1, nesting: 2 }, budget);
    message.body = Body::Done(value);
    Some(Format::Mipush)
}

struct Frame<'a> {
    header: &'a [u8],
    content: &'a [u8],
    is_right: bool,
}

impl<'a> Frame<'a> {
    /// Magic number, length, two lengths and two messages, a sum. What follows the first frame is left.
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (&[start @ .., a, b, c, d], _) = bytes.split_first_chunk::<FRAME_HEADER>()?;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?;
        let end = length.checked_add(FRAME_HEADER).filter(|_| start == START)?;
        let sum = bytes.get(end..)?.first_chunk::<SUM>()?;
        let body = bytes.get(FRAME_HEADER..end)?;
        let (&[_, _, high, low, length @ ..], rest) = body.split_first_chunk::<8>()?;
        let (header, content) = rest.split_at_checked(u16::from_be_bytes([high, low]).into())?;
        let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
        let is_right = adler32(&bytes[..end]) == u32::from_be_bytes(*sum);
        Some(Self { header, content: content.get(..length)?, is_right })
    }

    fn tree(&self, place: Place<'_>, budget: &mut Budget) -> Value {
        let mut parts = Map::default();
        let path = path::entry(place.path, "header");
        let header = protobuf::parse(self.header, place.below(&path), budget);
        let is_clear = header.as_ref().and_then(|header| header.get(COMMAND)?.as_text()) == Some("CONN");
        parts.push("header", header.unwrap_or_else(|| Value::bytes(self.header)));
        let path = path::entry(place.path, "content");
        let content = is_clear.then(|| protobuf::parse(self.content, place.below(&path), budget)).flatten();
        parts.push("content", content.map_or_else(|| self.unreadable(&path, budget), named));
        Value::Map(parts)
    }

    fn unreadable(&self, path: &str, budget: &mut Budget) -> Value {
        if !self.content.is_empty() {
            budget.note(NoteKind::Unreadable, path, format!("{} bytes, encrypted", self.content.len()));
        }
        Value::bytes(self.content)
    }
}

/// Fields by name where that is known.
fn named(content: Value) -> Value {
    let Value::Map(map) = content else { return content };
    let name = |key: &str| {
        CONN.iter().find(|(number, _)| *number == key).map_or(key.to_owned(), |(_, name)| (*name).to_owned())
    };
    Value::Map(map.into_entries().map(|(key, value)| (name(&key), value)).collect())
}
