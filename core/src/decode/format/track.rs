//! What `com.miui.analytics` sent before OneTrack (APK-MA in `docs/sources.md`): base64 of JSON, over plain HTTP in China.

use super::{Format, ends_with};
use crate::decode::message::Message;
use crate::decode::value::Value;

/// Names the form by its path; a bare body by its fields and what they hold.
pub(super) fn recognise(message: &Message, value: &Value) -> Option<Format> {
    let body = message.body_of(value)?;
    let events = body.get("value").filter(|_| !message.form().is_empty())?;
    let has = |names: &[&str]| names.iter().all(|name| body.get(name).is_some());
    if has(&["ts", "nonce", "sign"]) {
        return signed(message, is_batch(events));
    }
    (has(&["t", "s"]) && ends_with(&message.path, "/tracks")).then_some(Format::Tracks)
}

fn signed(message: &Message, is_batch: bool) -> Option<Format> {
    match message.path.as_str() {
        path if ends_with(path, "/track/v1") => Some(Format::TrackV1),
        path if ends_with(path, "/track/spock") => Some(Format::TrackSpock),
        "" if is_batch => Some(Format::TrackV1),
        _ => None,
    }
}

/// `{"H": {..}, "B": [{"H": {..}, "B": {..}}, ..]}`
fn is_batch(value: &Value) -> bool {
    let has_header = value.get("H").is_some_and(|header| header.as_map().is_some());
    has_header && value.get("B").is_some_and(|events| events.as_list().is_some())
}
