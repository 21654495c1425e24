//! JSON into a tree, as far as it goes: what came before the missing end is kept.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer;
use serde_json::error::Category;

use super::form::clipped;
use crate::decode::budget::Budget;
use crate::decode::limits::{MAX_FIELDS, MAX_KEY, MAX_NESTING};
use crate::decode::value::{Map, Value};

/// What was read.
#[derive(Debug, PartialEq)]
pub(in crate::decode) struct Json {
    pub(in crate::decode) value: Value,
    /// Several values followed each other; `value` is the list of them.
    pub(in crate::decode) is_lines: bool,
    /// It ended where it should.
    pub(in crate::decode) is_whole: bool,
}

/// Reads objects and lists; single numbers and words may be anything, and are left to others.
pub(in crate::decode) fn parse(text: &str, nesting: usize, budget: &mut Budget) -> Option<Json> {
    text.trim_start().starts_with(['{', '[']).then_some(())?;
    let mut source = Deserializer::from_str(text);
    let mut values = Vec::new();
    let is_whole = loop {
        let mut value = Value::Null;
        let read = Slot { value: &mut value, nesting, budget }.deserialize(&mut source);
        match read.map_err(|error| error.classify()) {
            Ok(()) => values.push(value),
            Err(Category::Eof) if !is_bare(&value) => {
                values.push(value);
                break false;
            }
            Err(_) => return None,
        }
        if source.end().is_ok() {
            break true;
        }
        if values.len() == MAX_FIELDS {
            budget.cap("", format!("more than {MAX_FIELDS} lines of JSON; the rest is left out"));
            break true;
        }
    };
    let is_lines = values.len() > 1;
    (!is_lines || values.iter().all(|value| !value.is_leaf())).then_some(())?;
    let value = if is_lines { Value::List(values) } else { values.pop()? };
    Some(Json { value, is_lines, is_whole })
}

/// Nothing but brackets was read of it: too little to go by.
fn is_bare(value: &Value) -> bool {
    let is_nothing = |(_, key, value): (String, Option<&str>, &Value)| match key {
        Some(_) => *value == Value::Null,
        None => is_bare(value),
    };
    if value.is_leaf() { *value == Value::Null } else { value.children("").all(is_nothing) }
}

/// Where to put what is read. It is filled in place, so that it keeps what was read before an error.
struct Slot<'a> {
    value: &'a mut Value,
    nesting: usize,
    budget: &'a mut Budget,
}

impl<'de> DeserializeSeed<'de> for Slot<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        if self.nesting < MAX_NESTING {
            return source.deserialize_any(self);
        }
        self.budget.cap("", format!("nested more than {MAX_NESTING} deep; what is below is left out"));
        source.deserialize_ignored_any(IgnoredAny).map(|_| ())
    }
}

impl<'de> Visitor<'de> for Slot<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        *self.value = Value::Bool(value);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        *self.value = Value::Integer(value.into());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        *self.value = Value::Integer(value.into());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        *self.value = Value::Float(value);
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        *self.value = Value::Text(text.to_owned());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        *self.value = Value::List(Vec::new());
        let Value::List(list) = self.value else { return Ok(()) };
        while may_add(list.len(), self.budget) {
            let mut value = Value::Null;
            let seed = Slot { value: &mut value, nesting: self.nesting + 1, budget: &mut *self.budget };
            let read = items.next_element_seed(seed);
            if matches!(read, Ok(Some(()))) || value != Value::Null {
                list.push(value);
            }
            if read?.is_none() {
                return Ok(());
            }
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        *self.value = Value::Map(Map::default());
        let Value::Map(map) = self.value else { return Ok(()) };
        while may_add(map.len(), self.budget) {
            let Some(key) = fields.next_key::<String>()? else { return Ok(()) };
            let value = map.push(clipped(&key, MAX_KEY), Value::Null);
            fields.next_value_seed(Slot { value, nesting: self.nesting + 1, budget: &mut *self.budget })?;
        }
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

fn may_add(length: usize, budget: &mut Budget) -> bool {
    if length == MAX_FIELDS {
        budget.cap("", format!("more than {MAX_FIELDS} entries; the rest is left out"));
    }
    length < MAX_FIELDS && budget.take_item()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, bool)> {
        let json = parse(text, 0, &mut Budget::default())?;
        Some((serde_json::to_string(&json.value).unwrap(), json.is_whole))
    }

    #[test]
    fn what_is_whole_comes_back() {
        for text in [
            r#"{"b":[1,-2,0.5,true,null,"x\n"],"a":{}}"#,
            "[]",
            "{}",
            "[18446744073709551615,1.5882828282828281e+81]",
        ] {
            assert_eq!(read(text), Some((text.to_owned(), true)));
        }
        assert_eq!(read("{\"a\":1,\"a\":2}"), Some((r#"{"a":1,"a#2":2}"#.to_owned(), true)));
    }

    #[test]
    fn what_is_cut_keeps_its_beginning() {
        for (cut, kept) in [
            (r#"[{"a":1},{"b":"x","c":"lon"#, r#"[{"a":1},{"b":"x","c":null}]"#),
            (r#"{"a":[1,2,"#, r#"{"a":[1,2]}"#),
            (r#"{"a":1,"b"#, r#"{"a":1}"#),
        ] {
            assert_eq!(read(cut), Some((kept.to_owned(), false)), "{cut}");
        }
    }

    #[test]
    fn lines_become_a_list() {
        let json = parse("{\"a\":1}\n{\"a\":2}\n", 0, &mut Budget::default()).unwrap();
        assert!(json.is_lines && json.is_whole);
        assert_eq!(json.value.as_list().unwrap().len(), 2);
    }

    #[test]
    fn other_text_is_none() {
        for text in ["", "word", "1", "\"a\"", "[[[", "{", "{\"a\"", "[a]", "{a: 1}", "[1] and more", "[1] 2"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_deep_or_long_is_cut_and_said() {
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        let long = format!("[{}1]", "1,".repeat(MAX_FIELDS + 5));
        for text in [deep, long] {
            let mut budget = Budget::default();
            assert!(parse(&text, 0, &mut budget).unwrap().is_whole);
            assert_eq!(budget.finish().1.len(), 1);
        }
    }
}
