//! Where in the tree something is, as text: `body.data_list[0].properties.$url`.

use super::value::Value;

/// The place `key` of the map at `path`.
pub(super) fn entry(path: &str, key: &str) -> String {
    let is_plain = !key.is_empty()
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '#' | ':'));
    match (is_plain, path) {
        (true, "") => key.to_owned(),
        (true, _) => format!("{path}.{key}"),
        (false, _) => format!("{path}[{key:?}]"),
    }
}

/// The place `index` of the list at `path`.
pub(super) fn item(path: &str, index: usize) -> String {
    format!("{path}[{index}]")
}

/// What is at `wanted`, below `value` which is at `path`.
pub(super) fn find<'a>(value: &'a Value, path: &str, wanted: &str) -> Option<&'a Value> {
    if path == wanted {
        return Some(value);
    }
    wanted.starts_with(path).then_some(())?;
    value.children(path).find_map(|(path, _, value)| find(value, &path, wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_keys_are_quoted() {
        assert_eq!(entry("", "a"), "a");
        assert_eq!(item(&entry("a", "$b"), 3), "a.$b[3]");
        assert_eq!(entry("a", "x.y"), r#"a["x.y"]"#);
        assert_eq!(entry("", "\n\""), r#"["\n\""]"#);
    }
}
