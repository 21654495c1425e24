//! What was decoded, as a tree that serialises to plain JSON.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::limits::MAX_BYTES;
use super::path;

/// A tree of what was decoded. The order of keys is that of the wire.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    /// Any whole number of JSON that fits, any varint, any Thrift integer.
    Integer(i128),
    /// Any other number.
    Float(f64),
    Text(String),
    /// What is not text, or not decoded any further.
    Bytes(Bytes),
    List(Vec<Self>),
    Map(Map),
}

/// Bytes that are no text. In JSON: `{"bytes": LENGTH, "hex": "FIRST 1024 OF THEM"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes {
    /// How many there were.
    pub length: u64,
    /// The first [`MAX_BYTES`] of them.
    pub kept: Vec<u8>,
}

/// Keys and values in their order. Each key is there once: of `a=1&a=2` the second becomes `a#2`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map {
    entries: Vec<(String, Value)>,
}

impl Value {
    /// Bytes, of which the first are kept.
    pub fn bytes(bytes: &[u8]) -> Self {
        Self::Bytes(Bytes { length: bytes.len() as u64, kept: bytes[..bytes.len().min(MAX_BYTES)].to_vec() })
    }

    /// What a map has under `key`; `None` for anything that is not a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The whole number, if it is one.
    pub fn as_integer(&self) -> Option<i128> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    /// The map, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        if let Self::Map(map) = self { Some(map) } else { None }
    }

    /// The list, if it is one.
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(list) = self { Some(list) } else { None }
    }

    /// Neither list nor map.
    pub fn is_leaf(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Map(_))
    }

    /// What a list or map holds: place, key if this is a map, and value. `path` is where this is, empty for the whole
    /// tree; places are as in [`Decoded::at`](super::Decoded::at).
    pub fn children(&self, path: &str) -> impl Iterator<Item = (String, Option<&str>, &Self)> {
        let items = self.as_list().into_iter().flatten().enumerate();
        let items = items.map(move |(index, value)| (path::item(path, index), None, value));
        let entries = self.as_map().into_iter().flat_map(Map::iter);
        items.chain(entries.map(move |(key, value)| (path::entry(path, key), Some(key), value)))
    }
}

/// A leaf as text, without quotes; of lists and maps only how many entries they have.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Bytes(bytes) => bytes.fmt(f),
            Self::List(list) => write!(f, "list of {}", list.len()),
            Self::Map(map) => write!(f, "map of {}", map.len()),
        }
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 32;
        let shown = &self.kept[..self.kept.len().min(SHOWN)];
        let more = if self.length > shown.len() as u64 { ".." } else { "" };
        write!(f, "{} bytes {}{more}", self.length, hex(shown))
    }
}

impl Map {
    /// What is under `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Entries in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an entry, under another key where this one is taken, and lends its value.
    pub(super) fn push(&mut self, key: &str, value: Value) -> &mut Value {
        let key = self.free_key(key);
        self.entries.push((key, value));
        let last = self.entries.len() - 1;
        &mut self.entries[last].1
    }

    /// `key`, or what it becomes where it is taken. Looking through all is quick enough: their number is bounded.
    pub(super) fn free_key(&self, key: &str) -> String {
        if self.get(key).is_none() {
            return key.to_owned();
        }
        let numbers =
            self.entries.iter().rev().filter_map(|(name, _)| numbered(name).filter(|(name, _)| *name == key));
        let next = numbers.map(|(_, number)| number).next().unwrap_or(1) + 1;
        (next..)
            .map(|number| format!("{key}#{number}"))
            .find(|name| self.get(name).is_none())
            .unwrap_or_default()
    }

    pub(super) fn into_entries(self) -> impl Iterator<Item = (String, Value)> {
        self.entries.into_iter()
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = (&str, &mut Value)> {
        self.entries.iter_mut().map(|(key, value)| (key.as_str(), value))
    }
}

/// A key without what [`Map`] adds to one that comes again.
pub(super) fn original_key(key: &str) -> &str {
    numbered(key).map_or(key, |(name, _)| name)
}

/// The parts of `name#2`.
fn numbered(key: &str) -> Option<(&str, u32)> {
    const DIGITS: usize = 9;
    let (name, digits) = key.rsplit_once('#')?;
    let is_number = (1..=DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().map(|number| (name, number))
}

impl FromIterator<(String, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(entries: I) -> Self {
        let mut map = Self::default();
        for (key, value) in entries {
            map.push(&key, value);
        }
        map
    }
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serialize_integer(*value, serializer),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => bytes.serialize(serializer),
            Self::List(list) => serializer.collect_seq(list),
            Self::Map(map) => serializer.collect_map(map.iter()),
        }
    }
}

/// As the smallest type that holds it: many formats know no 128 bits.
fn serialize_integer<S: Serializer>(value: i128, serializer: S) -> Result<S::Ok, S::Error> {
    match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => serializer.serialize_i64(value),
        (_, Ok(value)) => serializer.serialize_u64(value),
        _ => serializer.serialize_i128(value),
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("bytes", &self.length)?;
        map.serialize_entry("hex", &hex(&self.kept))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut map = Map::default();
        while let Some((key, value)) = fields.next_entry::<String, Value>()? {
            map.push(&key, value);
        }
        Ok(as_bytes(&map).map_or(Value::Map(map), Value::Bytes))
    }
}

/// The reverse of how [`Bytes`] are written. A map of the same form means the same, and is written the same.
fn as_bytes(map: &Map) -> Option<Bytes> {
    let [(first, Value::Integer(length)), (second, Value::Text(digits))] = &map.entries[..] else {
        return None;
    };
    let length = u64::try_from(*length).ok()?;
    let kept = data_encoding::HEXLOWER.decode(digits.as_bytes()).ok()?;
    (first == "bytes" && second == "hex" && kept.len() as u64 <= length).then_some(Bytes { length, kept })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &Value) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn keys_keep_their_order_and_come_once() {
        let entries = ["b", "a", "b", "b#2", "b"].map(|key| (key.to_owned(), Value::Null));
        let map = Value::Map(entries.into_iter().collect());
        assert_eq!(json(&map), r#"{"b":null,"a":null,"b#2":null,"b#2#2":null,"b#3":null}"#);
        assert_eq!(original_key("b#3"), "b");
        assert_eq!(original_key("#b"), "#b");
    }

    #[test]
    fn bytes_are_written_in_hex_and_cut() {
        let value = Value::bytes(&[0xab; 2000]);
        let written = json(&value);
        assert!(written.starts_with(r#"{"bytes":2000,"hex":"abab"#) && written.len() < 2100, "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), value);
    }

    #[test]
    fn plain_json_comes_back_as_it_was() {
        for text in [
            r#"{"bytes":1,"hex":"ABC"}"#,
            r#"{"bytes":1,"hex":"abcd"}"#,
            r#"[1,-2,18446744073709551615,0.5,null,true,"a",{"b":[]}]"#,
        ] {
            assert_eq!(json(&serde_json::from_str(text).unwrap()), text);
        }
    }
}
