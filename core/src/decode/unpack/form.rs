//! Fields of forms, queries and cookies.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::decode::budget::Budget;
use crate::decode::limits::{MAX_FIELDS, MAX_KEY};

/// A field as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::decode) struct RawField<'a> {
    pub(in crate::decode) name: &'a str,
    pub(in crate::decode) value: &'a str,
}

/// The fields of something that is known to be a form.
pub(in crate::decode) fn fields<'a>(text: &'a str, path: &str, budget: &mut Budget) -> Vec<RawField<'a>> {
    split(text, '&', path, budget)
}

/// The fields of a `Cookie` header.
pub(in crate::decode) fn cookies<'a>(text: &'a str, path: &str, budget: &mut Budget) -> Vec<RawField<'a>> {
    let mut fields = split(text, ';', path, budget);
    for field in &mut fields {
        field.name = field.name.trim_start();
    }
    fields
}

fn split<'a>(text: &'a str, separator: char, path: &str, budget: &mut Budget) -> Vec<RawField<'a>> {
    let mut pairs = text.trim_ascii_end().split(separator).filter(|pair| !pair.is_empty());
    let fields = pairs.by_ref().take(MAX_FIELDS).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        RawField { name, value }
    });
    let fields = fields.collect();
    if pairs.next().is_some() {
        budget.cap(path, format!("more than {MAX_FIELDS} fields; the rest is left out"));
    }
    fields
}

/// Text that is a form by its looks: `name=value`, joined by `&`, names that a programmer would choose, and nothing that
/// would have been percent-encoded.
pub(in crate::decode) fn looks_like_form(text: &str) -> bool {
    let text = text.trim_ascii_end();
    let is_field =
        |pair: &str| pair.split_once('=').is_some_and(|(name, value)| is_name(name) && is_value(value));
    !text.is_empty() && text.split('&').take(MAX_FIELDS).all(is_field)
}

/// The weaker question of text that is said to be a form.
pub(in crate::decode) fn begins_like_form(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| is_name(name))
}

fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-$[]%".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(is_part)
}

/// Text in the middle of which there is white space is prose. A `=` may end base64 that was not encoded any further.
fn is_value(value: &str) -> bool {
    let value = value.trim_end_matches('=');
    !value
        .bytes()
        .any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control() || b"=<>\"`".contains(&byte))
}

/// A name or value as it was meant; `+` is a space.
pub(in crate::decode) fn decoded(text: &str) -> Cow<'_, [u8]> {
    match text.contains('+') {
        true => Cow::Owned(percent_decode_str(&text.replace('+', " ")).collect()),
        false => percent_decode_str(text).into(),
    }
}

/// A name as it was meant; what is not UTF-8 is replaced.
pub(in crate::decode) fn decoded_name(name: &str) -> String {
    clipped(&String::from_utf8_lossy(&decoded(name)), MAX_KEY).to_owned()
}

/// The first `length` bytes of a text, or a little less where a character would be cut.
pub(in crate::decode) fn clipped(text: &str, length: usize) -> &str {
    &text[..text.floor_char_boundary(length)]
}

/// Text that was percent-encoded once more than its container asks for, as it was meant.
pub(in crate::decode) fn percent_decoded(text: &str) -> Option<String> {
    let is_encoded = text.contains('%') && !text.bytes().any(|byte| byte.is_ascii_whitespace());
    let decoded = String::from_utf8(is_encoded.then(|| percent_decode_str(text).collect())?).ok()?;
    (decoded != text).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_from_prose() {
        for text in ["a=1", "a=1&b=", "data=eyJhIjoxfQ==&gzip=0", "a%5B%5D=1&b[]=2", "q=a+b%20c\n"] {
            assert!(looks_like_form(text), "{text}");
        }
        for text in
            ["", "a", "a=b c", "a b=c", "=1", "a=1&&b=2", "x = y", "<a href=\"b\">", "a==b", "if(a==1&b)"]
        {
            assert!(!looks_like_form(text), "{text}");
        }
    }

    #[test]
    fn fields_are_bounded() {
        let mut budget = Budget::default();
        let text = "a=1&".repeat(MAX_FIELDS + 1);
        assert_eq!(fields(&text, "", &mut budget).len(), MAX_FIELDS);
        assert_eq!(budget.finish().1.len(), 1);
    }

    #[test]
    fn a_plus_is_a_space() {
        assert_eq!(*decoded("a+b%2B%"), *b"a b+%");
        assert_eq!(percent_decoded("a%20b"), Some("a b".to_owned()));
        assert_eq!(percent_decoded("100% b"), None);
        assert_eq!(percent_decoded("100%"), None);
    }
}
