//! Umeng's analytics (APK-UM in `docs/sources.md`): compressed JSON in a Thrift struct.
//!
//! Numbers and meanings up to `entity` are read in the code; that the last three follow in this order is concluded.

use super::{Format, ends_with};
use crate::decode::budget::Budget;
use crate::decode::limits::MAX_KEY;
use crate::decode::message::{Body, Message};
use crate::decode::note::NoteKind;
use crate::decode::path;
use crate::decode::peel::{self, Place};
use crate::decode::unpack::form::clipped;
use crate::decode::unpack::thrift::{Field, Struct};
use crate::decode::value::Value;

/// Names of the fields, from number one.
const NAMES: [&str; 10] = [
    "version",
    "address",
    "signature",
    "serial_num",
    "ts_secs",
    "length",
    "entity",
    // Of the envelope: a device's would be called so as well.
    "envelope_guid",
    "checksum",
    "codex",
];
const VERSION: i16 = 1;
const ADDRESS: i16 = 2;
const SIGNATURE: i16 = 3;
const ENTITY: i16 = 7;
const CODEX: i16 = 10;

pub(super) fn open(message: &mut Message, budget: &mut Budget) -> Option<Format> {
    let says_so = message.headers.iter().any(|field| field.name.starts_with("x-umeng-"))
        || ["/app_logs", "/unify_logs"].iter().any(|path| ends_with(&message.path, path));
    let Some(value) = envelope(message, budget) else { return says_so.then_some(Format::Umeng) };
    message.body = Body::Done(value);
    Some(Format::Umeng)
}

fn envelope(message: &Message, budget: &mut Budget) -> Option<Value> {
    let Body::Bytes(body) = &message.body else { return None };
    let read = Struct::parse(body).filter(is_envelope)?;
    let place = message.body_path();
    budget.layer(place, read.coding, body.len(), body.len());
    Some(tree(&read, Place { path: place, depth: 1, nesting: 2 }, budget))
}

/// What sets an envelope apart from other structs.
fn is_envelope(read: &Struct<'_>) -> bool {
    let is_version =
        read.text(VERSION).is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()));
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let names = [ADDRESS, SIGNATURE].iter().all(|id| read.text(*id).is_some_and(is_hex));
    is_version && names && matches!(read.get(ENTITY), Some(Field::Bytes(_)))
}

fn tree(read: &Struct<'_>, place: Place<'_>, budget: &mut Budget) -> Value {
    let fields = read.fields.iter().map(|(id, field)| {
        let name = usize::try_from(*id).ok().and_then(|id| NAMES.get(id.checked_sub(1)?));
        let name = name.map_or_else(|| id.to_string(), |name| (*name).to_owned());
        let path = path::entry(place.path, &name);
        let value = match field {
            Field::Number(number) => Value::Integer((*number).into()),
            Field::Bytes(bytes) if *id == ENTITY => {
                entity(bytes, read.number(CODEX), place.below(&path), budget)
            }
            Field::Bytes(bytes) => plain(bytes),
        };
        (name, value)
    });
    Value::Map(fields.collect())
}

/// Only the first kind is not encrypted.
fn entity(bytes: &[u8], codex: Option<i64>, place: Place<'_>, budget: &mut Budget) -> Value {
    if codex.is_none_or(|codex| codex == 0) {
        return peel::bytes(bytes, place, budget);
    }
    let text = format!("{} bytes, encrypted with AES; in which mode is not known", bytes.len());
    budget.note(NoteKind::Unreadable, place.path, text);
    Value::bytes(bytes)
}

fn plain(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => Value::Text(clipped(text, MAX_KEY).to_owned()),
        Err(_) => Value::bytes(bytes),
    }
}
