//! A decoding without what it said. What is not known to be harmless is replaced: text, numbers, bytes and keys.

pub(super) mod paths;
mod words;

use std::fmt;

use hashbrown::{HashMap, HashSet};
use sha2::{Digest, Sha256};

use super::limits::MAX_PERSONAL;
use super::path;
use super::personal::PersonalKind;
use super::value::{Map, Value, hex};
use super::{Decoded, Layer, Note, Personal};

/// Shorter ones are found in anything.
const SHORTEST_SECRET: usize = 3;

/// 16 hexadecimal digits that tell equal values without telling which: SHA-256 of salt and value, without regard to
/// case and separators.
pub fn fingerprint(value: &str, salt: &[u8]) -> String {
    let value: String =
        value.trim().chars().filter(|c| !matches!(c, ':' | '-')).flat_map(char::to_lowercase).collect();
    digest(value.as_bytes(), salt)
}

fn digest(value: &[u8], salt: &[u8]) -> String {
    const KEPT: usize = 8;
    let length = (salt.len() as u64).to_be_bytes();
    let sum = Sha256::new().chain_update(length).chain_update(salt).chain_update(value).finalize();
    hex(&sum[..KEPT])
}

pub(super) fn redact(decoded: &Decoded, salt: &[u8]) -> Decoded {
    let kinds = decoded.personal.iter().map(|personal| (personal.path.as_str(), personal.kind)).collect();
    let secrets = secrets(&decoded.personal);
    let is_full = decoded.personal.len() >= MAX_PERSONAL;
    let mut redactor = Redactor { salt, kinds, secrets, is_full, paths: HashMap::new() };
    let value = redactor.value(&decoded.value, Place { old: "", new: "", key: "" });
    Decoded {
        format: decoded.format,
        layers: decoded
            .layers
            .iter()
            .map(|layer| Layer { path: redactor.path(&layer.path), ..layer.clone() })
            .collect(),
        value,
        personal: decoded.personal.iter().map(|personal| redactor.personal(personal)).collect(),
        notes: decoded
            .notes
            .iter()
            .map(|note| Note { path: redactor.path(&note.path), ..note.clone() })
            .collect(),
    }
}

/// What must not be found in what is kept, in lower case.
fn secrets(personal: &[Personal]) -> HashSet<String> {
    let values = personal.iter().map(|personal| personal.value.to_lowercase());
    values.filter(|value| value.len() >= SHORTEST_SECRET).collect()
}

struct Redactor<'a> {
    salt: &'a [u8],
    kinds: HashMap<&'a str, PersonalKind>,
    secrets: HashSet<String>,
    /// There may be more of them: nothing is kept.
    is_full: bool,
    /// Where things are now.
    paths: HashMap<String, String>,
}

#[derive(Clone, Copy)]
struct Place<'a> {
    old: &'a str,
    new: &'a str,
    /// The nearest key.
    key: &'a str,
}

impl Redactor<'_> {
    fn value(&mut self, value: &Value, place: Place<'_>) -> Value {
        self.paths.insert(place.old.to_owned(), place.new.to_owned());
        match value {
            Value::List(list) => Value::List(self.list(list, place)),
            Value::Map(map) => Value::Map(self.map(map, place)),
            Value::Null | Value::Bool(_) => value.clone(),
            Value::Text(text) if text.is_empty() => value.clone(),
            Value::Integer(_) | Value::Float(_) | Value::Text(_) | Value::Bytes(_) => self.leaf(value, place),
        }
    }

    fn leaf(&self, leaf: &Value, place: Place<'_>) -> Value {
        if self.is_harmless(leaf, place) { leaf.clone() } else { Value::Text(self.replaced(leaf, place.old)) }
    }

    fn list(&mut self, list: &[Value], place: Place<'_>) -> Vec<Value> {
        let items = list.iter().enumerate().map(|(index, value)| {
            let (old, new) = (path::item(place.old, index), path::item(place.new, index));
            self.value(value, Place { old: &old, new: &new, key: place.key })
        });
        items.collect()
    }

    fn map(&mut self, map: &Map, place: Place<'_>) -> Map {
        let mut kept = Map::default();
        for (key, value) in map.iter() {
            let name = kept.free_key(&self.key(key));
            let (old, new) = (path::entry(place.old, key), path::entry(place.new, &name));
            let value = self.value(value, Place { old: &old, new: &new, key });
            kept.push(&name, value);
        }
        kept
    }

    fn key(&self, key: &str) -> String {
        if words::is_name(key) { key.to_owned() } else { self.replacement("key", key) }
    }

    fn is_harmless(&self, leaf: &Value, place: Place<'_>) -> bool {
        let is_harmless_key = words::is_harmless(place.key) && !self.kinds.contains_key(place.old);
        if !is_harmless_key || !matches!(leaf, Value::Integer(_) | Value::Text(_)) {
            return false;
        }
        let text = leaf.to_string();
        words::is_word(&text, words::is_of_long_numbers(place.key)) && !self.tells(&text)
    }

    /// A personal value is in it. The text is a word, so it has few parts, while there may be many values.
    fn tells(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let parts = |start: usize| (start + SHORTEST_SECRET..=word.len()).map(move |end| (start, end));
        let mut all = (0..word.len()).flat_map(parts);
        self.is_full
            || all.any(|(start, end)| word.get(start..end).is_some_and(|part| self.secrets.contains(part)))
    }

    fn replaced(&self, leaf: &Value, path: &str) -> String {
        if let Value::Bytes(bytes) = leaf {
            return format!("[bytes: {}, {}]", bytes.length, digest(&bytes.kept, self.salt));
        }
        let general = if leaf.as_text().is_some() { "text" } else { "number" };
        let kind = self.kinds.get(path).map_or(general, |kind| kind.as_str());
        self.replacement(kind, &leaf.to_string())
    }

    fn replacement(&self, kind: &str, value: &str) -> String {
        replacement(kind, value, self.salt)
    }

    fn personal(&self, personal: &Personal) -> Personal {
        let value = self.replacement(personal.kind.as_str(), &personal.value);
        Personal { path: self.path(&personal.path), value, ..personal.clone() }
    }

    /// Where something is now; what is not in the tree any more has no place that may be told.
    fn path(&self, old: &str) -> String {
        self.paths.get(old).cloned().unwrap_or_else(|| self.replacement("path", old))
    }
}

/// What stands for a value of which only this may be told.
pub(super) fn replacement(kind: &str, value: &str, salt: &[u8]) -> String {
    let hash = fingerprint(value, salt);
    Replacement { kind, length: value.chars().count(), hash: &hash }.to_string()
}

struct Replacement<'a> {
    kind: &'a str,
    length: usize,
    hash: &'a str,
}

/// `[android-id: 16 characters, 0123456789abcdef]`
impl fmt::Display for Replacement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}: {} characters, {}]", self.kind, self.length, self.hash)
    }
}
