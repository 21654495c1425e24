//! MiStat, Xiaomi's statistics library (APK-MS in `docs/sources.md`).
//!
//! Version 1 writes JSON into `stat_value`. Version 2 encrypts it under a key that follows from three fields of the same
//! request, and went over plain HTTP. Version 3 uses a key that the server gave: only its envelope can be read.

use aes::Aes128;
use aes::cipher::{Array, BlockCipherDecrypt, KeyInit};
use md5::{Digest, Md5};

use super::{Format, ends_with};
use crate::decode::budget::Budget;
use crate::decode::layer::Coding;
use crate::decode::message::{Body, Content, Field, Message};
use crate::decode::note::NoteKind;
use crate::decode::path;
use crate::decode::peel::{self, Place};

const BLOCK: usize = 16;

const EVENTS: &str = "stat_value";

/// Paths of version 1.
const V1_PATHS: [&str; 3] = ["/mistats", "/micrash", "/realtime_network"];

pub(super) fn open(message: &mut Message, budget: &mut Budget) -> Option<Format> {
    if is_v3(message) {
        note_v3(message, budget);
        return Some(Format::MistatV3);
    }
    let names = ["app_id", "app_key", "device_id", EVENTS];
    names.iter().all(|name| message.form().iter().any(|field| field.name == *name)).then_some(())?;
    let is_json = message.field(EVENTS)?.trim_start().starts_with(['{', '[']);
    let is_v2 = ends_with(&message.path, "/mistats/v2") || message.field("mistatv").is_some();
    if is_json && !is_v2 {
        let is_path = message.path.is_empty() || V1_PATHS.iter().any(|path| ends_with(&message.path, path));
        return is_path.then_some(Format::MistatV1);
    }
    is_v2.then(|| decrypt_events(message, budget))
}

/// The events become what they were; where the key does not fit they stay, and that is said.
fn decrypt_events(message: &mut Message, budget: &mut Budget) -> Format {
    let place = path::entry(message.body_path(), EVENTS);
    let events = message.field(EVENTS).unwrap_or_default();
    if events.trim_start().starts_with(['{', '[']) {
        return Format::MistatV2;
    }
    let is_cut = budget.is_truncated();
    let clear = key(message).and_then(|key| decrypted(&key, events, is_cut));
    let Some(clear) = clear else {
        budget.note(
            NoteKind::Unreadable,
            &place,
            "the key that follows from the request does not open it".to_owned(),
        );
        return Format::MistatV2;
    };
    budget.layer(&place, Coding::Hex, events.len(), events.len() / 2);
    budget.layer(&place, Coding::Aes128Ecb, events.len() / 2, clear.len());
    let place = Place { path: &place, depth: 2, nesting: 2 };
    let value = peel::bytes(&clear, place, budget);
    set(message, EVENTS, Content::Done(value));
    Format::MistatV2
}

fn set(message: &mut Message, name: &str, content: Content) {
    if let Body::Form(fields) = &mut message.body
        && let Some(field) = fields.iter_mut().find(|field: &&mut Field| field.name == name)
    {
        field.content = content;
    }
}

/// The first 16 of the upper-case hexadecimal digits of MD5, as characters.
fn key(message: &Message) -> Option<[u8; BLOCK]> {
    let [app, key, device] = ["app_id", "app_key", "device_id"].map(|name| message.field(name));
    let seed = format!("seed:{}-{}-{}", app?, key?, device?);
    data_encoding::HEXUPPER.encode(&Md5::digest(seed.as_bytes())).as_bytes().first_chunk().copied()
}

/// AES block by block, then the padding off. A wrong key does not come by readable text.
fn decrypted(key: &[u8; BLOCK], digits: &str, is_cut: bool) -> Option<Vec<u8>> {
    let digits = if is_cut {
        &digits.as_bytes()[..digits.len() / (2 * BLOCK) * (2 * BLOCK)]
    } else {
        digits.as_bytes()
    };
    let encrypted = data_encoding::HEXLOWER_PERMISSIVE.decode(digits).ok()?;
    (!encrypted.is_empty() && encrypted.len().is_multiple_of(BLOCK)).then_some(())?;
    let cipher = Aes128::new(&Array::from(*key));
    let blocks = encrypted.as_chunks::<BLOCK>().0.iter().flat_map(|block| {
        let mut block = Array::from(*block);
        cipher.decrypt_block(&mut block);
        block
    });
    let clear: Vec<u8> = blocks.collect();
    // The padding is at the end, which is what is missing.
    let clear = if is_cut { clear } else { without_padding(clear)? };
    let is_text = std::str::from_utf8(&clear).map_or_else(|error| error.error_len().is_none(), |_| true);
    is_text.then_some(clear)
}

/// RFC 5652 section 6.3; `None` if it is not right.
fn without_padding(mut clear: Vec<u8>) -> Option<Vec<u8>> {
    let padding = usize::from(*clear.last()?);
    let kept = clear.len().checked_sub(padding).filter(|_| (1..=BLOCK).contains(&padding))?;
    let is_right = clear[kept..].iter().all(|&byte| usize::from(byte) == padding);
    clear.truncate(kept);
    is_right.then_some(clear)
}

fn is_v3(message: &Message) -> bool {
    let is_path = message.path.is_empty() || ends_with(&message.path, "/mistats/v3");
    is_path && ["ai", "p", "sid"].iter().all(|name| message.form().iter().any(|field| field.name == *name))
}

fn note_v3(message: &Message, budget: &mut Budget) {
    let place = path::entry(message.body_path(), "p");
    let length = message.field("p").map_or(0, str::len);
    let text =
        format!("{length} characters of base64, encrypted under a key that the server gave to the app");
    budget.note(NoteKind::Unreadable, &place, text);
}
