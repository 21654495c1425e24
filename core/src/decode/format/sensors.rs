//! Sensors Analytics, on any host: uploads of its Android, Java, Python and web libraries (SA-SDK in `docs/sources.md`).
//!
//! Events are base64 of JSON, in most cases of gzip of it, in a field `data` or `data_list`. What may be called so is
//! decided by the events inside, for any form may have a field `data`.

use super::{Format, ends_with};
use crate::decode::budget::Budget;
use crate::decode::message::{self, Message};
use crate::decode::note::NoteKind;
use crate::decode::path;
use crate::decode::value::Value;

/// Fields that hold events.
const EVENTS: [&str; 2] = ["data_list", "data"];

/// Words of an event's `type`.
const TYPES: [&str; 12] = [
    "track",
    "track_signup",
    "track_id_bind",
    "track_id_unbind",
    "profile_set",
    "profile_set_once",
    "profile_unset",
    "profile_increment",
    "profile_append",
    "profile_delete",
    "item_set",
    "item_delete",
];

pub(super) fn recognise(message: &Message, value: &Value, budget: &mut Budget) -> Option<Format> {
    if is_config(message) {
        return Some(Format::SensorsConfig);
    }
    let is_in_field = message.field_parts().any(|(path, fields)| {
        EVENTS.iter().any(|name| {
            message::text_of(fields, name).is_some_and(|text| {
                let place = path::entry(path, name);
                path::find(value, "", &place)
                    .is_some_and(|events| is_upload(message, events, text, &place, budget))
            })
        })
    });
    let is_bare = || message.body_of(value).is_some_and(is_batch_of_its_own);
    (is_in_field || is_bare()).then_some(Format::Sensors)
}

/// A field holds events; what is to be said of them is noted.
fn is_upload(message: &Message, events: &Value, text: &str, place: &str, budget: &mut Budget) -> bool {
    if let Some(batch) = Encrypted::of(events) {
        batch.note(place, budget);
        return true;
    }
    let is_cut = budget.is_truncated();
    let are_events = are_events(events, is_cut);
    if are_events && !is_cut {
        check(message, text, place, budget);
    }
    are_events
}

/// `/config/Android.conf`, `/config/visualized/Android.conf` and their likes for other systems.
fn is_config(message: &Message) -> bool {
    let is_path = ["/config/Android.conf", "/config/visualized/Android.conf", "/config/iOS.conf"]
        .iter()
        .any(|path| ends_with(&message.path, path));
    is_path && ["project", "app_id"].iter().any(|name| message.field(name).is_some())
}

/// One event, or a list of them. What was cut may end within an event.
fn are_events(value: &Value, is_cut: bool) -> bool {
    let Some(list) = value.as_list() else { return is_event(value) };
    let whole = if is_cut { list.split_last().map_or(list, |(_, whole)| whole) } else { list };
    !whole.is_empty() && whole.iter().all(is_event)
}

/// What every event has: whom it is about, a type of the known ones, and its properties.
fn is_event(value: &Value) -> bool {
    let is_type = value.get("type").and_then(Value::as_text).is_some_and(|kind| TYPES.contains(&kind));
    let is_about = ["distinct_id", "identities", "item_id"].iter().any(|key| value.get(key).is_some());
    is_type && is_about && value.get("properties").is_some_and(|properties| properties.as_map().is_some())
}

/// Events that came without their form, as somebody may paste them: then each must also say what library made it.
fn is_batch_of_its_own(value: &Value) -> bool {
    let says_library = |event: &Value| event.get("lib").is_some_and(|lib| lib.get("$lib").is_some());
    are_events(value, false)
        && value.as_list().map_or_else(|| says_library(value), |list| list.iter().all(says_library))
}

/// Compares the check sum with that of the text that it is about.
fn check(message: &Message, text: &str, place: &str, budget: &mut Budget) {
    let stated = message.field("crc").or_else(|| message.field("ext")?.strip_prefix("crc="));
    let Some(stated) = stated.and_then(|stated| stated.trim().parse::<i32>().ok()) else { return };
    let actual = java_hash(&text.replace(' ', "+"));
    if stated == actual {
        budget.note(NoteKind::Checked, place, "crc ok".to_owned());
    } else {
        budget.note(
            NoteKind::Wrong,
            place,
            format!("crc wrong: it says {stated}, the text comes to {actual}"),
        );
    }
}

/// `String.hashCode()` of Java.
fn java_hash(text: &str) -> i32 {
    text.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into()))
}

/// Events under a key that only the collector has.
struct Encrypted {
    batches: usize,
    payloads: usize,
    characters: usize,
    key_version: Option<String>,
}

impl Encrypted {
    fn of(value: &Value) -> Option<Self> {
        let batches = value.as_list().unwrap_or(std::slice::from_ref(value));
        let is_batch = |batch: &Value| ["ekey", "pkv", "payloads"].iter().all(|key| batch.get(key).is_some());
        (!batches.is_empty() && batches.iter().all(is_batch)).then_some(())?;
        let payloads = batches.iter().filter_map(|batch| batch.get("payloads"));
        let payloads =
            payloads.flat_map(|payloads| payloads.as_list().unwrap_or(std::slice::from_ref(payloads)));
        let lengths: Vec<usize> = payloads.map(|payload| payload.as_text().map_or(0, str::len)).collect();
        let key_version =
            batches.first()?.get("pkv").and_then(Value::as_integer).map(|version| version.to_string());
        Some(Self {
            batches: batches.len(),
            payloads: lengths.len(),
            characters: lengths.iter().sum(),
            key_version,
        })
    }

    fn note(&self, place: &str, budget: &mut Budget) {
        let Self { batches, payloads, characters, .. } = self;
        let key = self.key_version.as_deref().unwrap_or("?");
        let text = format!(
            "{payloads} payloads in {batches} batches, {characters} characters of base64, encrypted with AES under version \
             {key} of a key that the collector has"
        );
        budget.note(NoteKind::Unreadable, place, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_java() {
        assert_eq!(java_hash(""), 0);
        assert_eq!(java_hash("hello"), 99_162_322);
        assert_eq!(java_hash("polygenelubricants"), i32::MIN);
    }
}
