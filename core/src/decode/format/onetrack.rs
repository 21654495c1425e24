//! OneTrack, Xiaomi's present library (APK-OT, JS-OT in `docs/sources.md`): `/track/v4` is encrypted, `/track/v4/o` is not.

use super::{Format, ends_with};
use crate::decode::budget::Budget;
use crate::decode::message::{Body, Message};
use crate::decode::note::NoteKind;
use crate::decode::value::Value;

const BLOCK: usize = 16;

/// Marks an encrypted upload, so that nobody guesses what its bytes might be.
pub(super) fn open(message: &mut Message, budget: &mut Budget) -> Option<Format> {
    let Body::Bytes(body) = &message.body else { return None };
    let has_header = ["ot_sid", "ot_protocol"].iter().any(|name| message.header(name).is_some());
    let is_encrypted = std::str::from_utf8(body).is_err();
    (ends_with(&message.path, "/track/v4")
        && (has_header || is_encrypted && body.len().is_multiple_of(BLOCK)))
    .then_some(())?;
    if !is_encrypted {
        return Some(Format::Onetrack);
    }
    let text = format!(
        "{} bytes of events, encrypted with AES under a key that the server gave to the app",
        body.len()
    );
    let value = Value::bytes(body);
    budget.note(NoteKind::Unreadable, message.body_path(), text);
    message.body = Body::Done(value);
    Some(Format::Onetrack)
}

/// A list of events, each with a header `H` that names event and app, and a body `B`.
pub(super) fn recognise(message: &Message, value: &Value, budget: &Budget) -> Option<Format> {
    let events = message.body_of(value)?.as_list().filter(|list| !list.is_empty())?;
    // What was cut may end within an event.
    let events = if budget.is_truncated() && events.len() > 1 { &events[..events.len() - 1] } else { events };
    let is_event = |event: &Value| {
        let names = |key| event.get("H").is_some_and(|header| header.get(key).is_some());
        event.get("B").is_some_and(|body| body.as_map().is_some()) && names("event") && names("app_id")
    };
    events.iter().all(is_event).then_some(Format::Onetrack)
}
