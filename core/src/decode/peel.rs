//! Undoes layers by what they look like. It is careful: what comes out has to be JSON, readable text, a compression
//! that unpacks, or a message, or else what went in stays as it is.

use super::budget::Budget;
use super::layer::Coding;
use super::limits::{MAX_DEPTH, MAX_NESTING, MAX_TEXT};
use super::message::{self, Field};
use super::note::NoteKind;
use super::path;
use super::unpack::compression::{self, End, Unpacked};
use super::unpack::json::{self, Json};
use super::unpack::{digits, form, is_readable, protobuf};
use super::value::Value;

/// Where something is, and how deep.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) path: &'a str,
    /// Layers that are undone already.
    pub(super) depth: usize,
    /// Lists and maps around it.
    pub(super) nesting: usize,
}

impl Place<'static> {
    pub(super) const TOP: Self = Self { path: "", depth: 0, nesting: 0 };
}

impl<'a> Place<'a> {
    /// The same place with a layer less around it.
    pub(super) fn inside(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    /// An entry of what is here.
    pub(super) fn below<'b>(self, path: &'b str) -> Place<'b> {
        Place { path, depth: self.depth, nesting: self.nesting + 1 }
    }

    fn may_undo(self, budget: &mut Budget) -> bool {
        if self.depth >= MAX_DEPTH || self.nesting >= MAX_NESTING {
            budget.cap(
                self.path,
                format!("more than {MAX_DEPTH} layers on top of each other; the rest is left as it is"),
            );
            return false;
        }
        budget.may_undo()
    }
}

/// Undoes whatever bytes are.
pub(super) fn bytes(bytes: &[u8], place: Place<'_>, budget: &mut Budget) -> Value {
    if bytes.is_empty() {
        return Value::Text(String::new());
    }
    if !place.may_undo(budget) {
        return plain(bytes);
    }
    match Inside::of(bytes, budget) {
        Some(inside) => inside.undo(bytes.len(), place, budget),
        None => unknown(bytes, place, budget),
    }
}

fn plain(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) if is_readable(text) && text.len() <= MAX_TEXT => Value::Text(text.to_owned()),
        _ => Value::bytes(bytes),
    }
}

/// What bytes turn out to hold.
enum Inside<'a> {
    Compressed(Coding, Unpacked),
    Text(&'a str),
    Message(&'a [u8]),
}

impl<'a> Inside<'a> {
    fn of(bytes: &'a [u8], budget: &mut Budget) -> Option<Self> {
        if let Some((coding, unpacked)) = unpacked(bytes, budget) {
            return Some(Self::Compressed(coding, unpacked));
        }
        let is_message = || protobuf::looks_like_message(bytes).then_some(Self::Message(bytes));
        readable(bytes).map(Self::Text).or_else(is_message)
    }

    /// It is more than chance, where bytes came out of something that need not have held any.
    fn is_telling(&self) -> bool {
        match self {
            Self::Compressed(..) | Self::Message(_) => true,
            Self::Text(text) => is_telling(text),
        }
    }

    /// Goes on with it. `length` is that of the bytes.
    fn undo(self, length: usize, place: Place<'_>, budget: &mut Budget) -> Value {
        match self {
            Self::Compressed(coding, unpacked) => compressed(coding, length, &unpacked, place, budget),
            Self::Text(readable) => {
                if readable.len() < length {
                    budget.note(NoteKind::Truncated, place.path, "it ends within a character".to_owned());
                }
                text(readable, place, budget)
            }
            Self::Message(message) => {
                budget.layer(place.path, Coding::Protobuf, length, length);
                protobuf::parse(message, place.inside(), budget).unwrap_or_else(|| Value::bytes(message))
            }
        }
    }
}

fn unknown(bytes: &[u8], place: Place<'_>, budget: &mut Budget) -> Value {
    if let Some(inflated) = bare_deflate(bytes, budget) {
        let unpacked = Unpacked { bytes: inflated, end: End::Whole };
        return compressed(Coding::Deflate, bytes.len(), &unpacked, place, budget);
    }
    budget.note(NoteKind::Unreadable, place.path, format!("{} bytes that are no text", bytes.len()));
    Value::bytes(bytes)
}

/// Text, but for a character at its end that is not whole.
fn readable(bytes: &[u8]) -> Option<&str> {
    const LONG: usize = 24;
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && error.valid_up_to() >= LONG => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    Some(text).filter(|text| is_readable(text))
}

/// What compressed bytes hold. Two bytes show zlib, which is little to go by: its end must come, or text. What was
/// unpacked in vain is paid for as well.
fn unpacked(bytes: &[u8], budget: &mut Budget) -> Option<(Coding, Unpacked)> {
    let coding = compression::by_magic(bytes)?;
    let unpacked = compression::unpack(coding, bytes, budget.growth_of(bytes.len()))?;
    let is_sure = coding != Coding::Zlib || unpacked.end == End::Whole || is_mostly_text(&unpacked.bytes);
    if !is_sure {
        budget.spend(unpacked.bytes.len());
    }
    is_sure.then_some((coding, unpacked))
}

fn is_mostly_text(bytes: &[u8]) -> bool {
    const LOOKED_AT: usize = 256;
    readable(&bytes[..bytes.len().min(LOOKED_AT)]).is_some()
}

/// Few bytes inflate to something by chance, but hardly to text.
fn bare_deflate(bytes: &[u8], budget: &mut Budget) -> Option<Vec<u8>> {
    const SHORTEST: usize = 16;
    let inflated = compression::bare_deflate(bytes, budget.growth_of(bytes.len()))?;
    let is_text = inflated.len() >= SHORTEST && readable(&inflated).is_some();
    if !is_text {
        budget.spend(inflated.len());
    }
    is_text.then_some(inflated)
}

/// Notes how an unpacking ended, and goes on with what came out.
pub(super) fn compressed(
    coding: Coding,
    bytes_in: usize,
    unpacked: &Unpacked,
    place: Place<'_>,
    budget: &mut Budget,
) -> Value {
    note_unpacked(coding, bytes_in, unpacked, place.path, budget);
    bytes(&unpacked.bytes, place.inside(), budget)
}

pub(super) fn note_unpacked(
    coding: Coding,
    bytes_in: usize,
    unpacked: &Unpacked,
    path: &str,
    budget: &mut Budget,
) {
    let length = unpacked.bytes.len();
    budget.layer(path, coding, bytes_in, length);
    let name = coding.as_str();
    match unpacked.end {
        End::Whole => {}
        End::Broken => {
            budget.note(NoteKind::Truncated, path, format!("{name} ends early, after {length} bytes"))
        }
        End::Capped => budget.cap(path, format!("{name} would come to more than {length} bytes")),
    }
}

/// Undoes whatever text is.
pub(super) fn text(text: &str, place: Place<'_>, budget: &mut Budget) -> Value {
    const SHORTEST: usize = 2;
    if text.len() < SHORTEST || !place.may_undo(budget) {
        return leaf(text, place, budget);
    }
    json(text, place, budget)
        .or_else(|| quoted(text, place, budget))
        .or_else(|| encoded(text, place, budget))
        .or_else(|| fields(text, place, budget))
        .or_else(|| percent(text, place, budget))
        .unwrap_or_else(|| leaf(text, place, budget))
}

/// Text that stays.
fn leaf(text: &str, place: Place<'_>, budget: &mut Budget) -> Value {
    let clipped = form::clipped(text, MAX_TEXT);
    if clipped.len() < text.len() {
        budget.cap(place.path, format!("the first {MAX_TEXT} of {} bytes of text are kept", text.len()));
    }
    Value::Text(clipped.to_owned())
}

fn json(text: &str, place: Place<'_>, budget: &mut Budget) -> Option<Value> {
    let Json { mut value, is_lines, is_whole } = json::parse(text, place.nesting, budget)?;
    let coding = if is_lines { Coding::JsonLines } else { Coding::Json };
    budget.layer(place.path, coding, text.len(), text.len());
    if !is_whole {
        budget.note(NoteKind::Truncated, place.path, "the JSON ends early".to_owned());
    }
    undo_below(&mut value, place.inside(), budget);
    Some(value)
}

/// Undoes the texts in a tree.
fn undo_below(value: &mut Value, place: Place<'_>, budget: &mut Budget) {
    match value {
        Value::Text(told) => *value = text(told, place, budget),
        Value::List(list) => {
            for (index, value) in list.iter_mut().enumerate() {
                undo_below(value, place.below(&path::item(place.path, index)), budget);
            }
        }
        Value::Map(map) => {
            for (key, value) in map.values_mut() {
                undo_below(value, place.below(&path::entry(place.path, key)), budget);
            }
        }
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::Bytes(_) => {}
    }
}

/// A JSON string that holds JSON.
fn quoted(text: &str, place: Place<'_>, budget: &mut Budget) -> Option<Value> {
    ["\"{", "\"["].iter().any(|start| text.trim_start().starts_with(start)).then_some(())?;
    let inner: String = serde_json::from_str(text).ok()?;
    json::parse(&inner, place.nesting, &mut Budget::default())?;
    budget.layer(place.path, Coding::Json, text.len(), inner.len());
    json(&inner, place.inside(), budget)
}

/// Base64 or hexadecimal digits of something that can be told.
fn encoded(text: &str, place: Place<'_>, budget: &mut Budget) -> Option<Value> {
    digits::decode(text).find_map(|digits| {
        let inside = Inside::of(&digits.bytes, budget).filter(Inside::is_telling)?;
        budget.layer(place.path, digits.coding, text.len(), digits.bytes.len());
        if !digits.is_whole {
            let name = digits.coding.as_str();
            budget.note(NoteKind::Truncated, place.path, format!("{name} ends early"));
        }
        Some(inside.undo(digits.bytes.len(), place.inside(), budget))
    })
}

/// Of sixteen letters in a row, one in 100 000 is base64 of printable ASCII by chance; other characters come by chance
/// more often. JSON does not.
fn is_telling(text: &str) -> bool {
    const SHORTEST: usize = 12;
    const SHORTEST_FOREIGN: usize = 24;
    let shortest = if text.is_ascii() { SHORTEST } else { SHORTEST_FOREIGN };
    text.len() >= shortest || json::parse(text, 0, &mut Budget::default()).is_some_and(|json| json.is_whole)
}

/// A form within something else has two fields at least, and is no address with a query.
fn fields(text: &str, place: Place<'_>, budget: &mut Budget) -> Option<Value> {
    let is_form = text.contains('&') && !text.contains("://") && form::looks_like_form(text);
    is_form.then_some(())?;
    budget.layer(place.path, Coding::Form, text.len(), text.len());
    let fields: Vec<Field> = Field::all(form::fields(text, place.path, budget), place.path, budget);
    Some(message::peel_fields(&fields, place.inside(), budget))
}

/// Percent-encoding around JSON or an address. In other text it may be meant.
fn percent(text: &str, place: Place<'_>, budget: &mut Budget) -> Option<Value> {
    let decoded = form::percent_decoded(text).filter(|decoded| is_readable(decoded))?;
    let is_address = decoded.starts_with("http://") || decoded.starts_with("https://");
    if is_address && !text.contains("://") {
        budget.layer(place.path, Coding::Percent, text.len(), decoded.len());
        return Some(leaf(&decoded, place, budget));
    }
    json::parse(&decoded, place.nesting, &mut Budget::default()).filter(|json| json.is_whole)?;
    budget.layer(place.path, Coding::Percent, text.len(), decoded.len());
    json(&decoded, place.inside(), budget)
}
