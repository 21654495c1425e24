//! The tree line by line, for whoever shows it.

use std::collections::HashMap;

use super::{Decoded, PersonalKind, Value};

/// A line of the tree: a leaf, or a list or map whose entries follow one step further in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Steps from the margin.
    pub depth: usize,
    /// Key, or index in brackets; empty where the tree is a single value.
    pub name: String,
    /// Of a leaf; absent of what has entries, be they none.
    pub value: Option<String>,
    /// What it says of a person or device.
    pub kind: Option<PersonalKind>,
}

impl Decoded {
    /// The tree from top to bottom. Texts are as they came: they may hold anything.
    pub fn outline(&self) -> Vec<Line> {
        let kinds = self.personal.iter().map(|personal| (personal.path.as_str(), personal.kind)).collect();
        let mut outline = Outline { kinds, lines: Vec::new() };
        match self.value.is_leaf() {
            true => outline.push(0, String::new(), &self.value, ""),
            false => outline.branch(&self.value, "", 0),
        }
        outline.lines
    }
}

struct Outline<'a> {
    kinds: HashMap<&'a str, PersonalKind>,
    lines: Vec<Line>,
}

impl Outline<'_> {
    fn branch(&mut self, value: &Value, path: &str, depth: usize) {
        for (index, (path, key, value)) in value.children(path).enumerate() {
            self.push(depth, key.map_or_else(|| format!("[{index}]"), str::to_owned), value, &path);
            if !value.is_leaf() {
                self.branch(value, &path, depth + 1);
            }
        }
    }

    fn push(&mut self, depth: usize, name: String, value: &Value, path: &str) {
        let kind = self.kinds.get(path).copied();
        let value = value.is_leaf().then(|| value.to_string());
        self.lines.push(Line { depth, name, value, kind });
    }
}

#[cfg(test)]
mod tests {
    use crate::decode::{PersonalKind, decode_bytes};

    #[test]
    fn entries_follow_one_step_further_in() {
        let lines = decode_bytes(br#"{"a":[1,{}],"imei":"490154203237518"}"#).outline();
        let told: Vec<_> =
            lines.iter().map(|line| (line.depth, &*line.name, line.value.as_deref(), line.kind)).collect();
        assert_eq!(
            told,
            [
                (0, "a", None, None),
                (1, "[0]", Some("1"), None),
                (1, "[1]", None, None),
                (0, "imei", Some("490154203237518"), Some(PersonalKind::Imei)),
            ]
        );
        assert_eq!(decode_bytes(b"plain words").outline().len(), 1);
    }
}
