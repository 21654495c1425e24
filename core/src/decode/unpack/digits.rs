//! Base64 in its kinds, and hexadecimal digits, into bytes. Whether these say anything is for others to find out.

use std::borrow::Cow;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding, HEXLOWER_PERMISSIVE};

use crate::decode::layer::Coding;

/// Shorter texts are words, numbers or whatever, but hardly ever encoded.
const SHORTEST_BASE64: usize = 8;
const SHORTEST_HEX: usize = 16;

/// Text of digits of one kind, in the order in which they are to be tried.
pub(in crate::decode) fn decode(text: &str) -> impl Iterator<Item = (Coding, Vec<u8>)> {
    let text = without_breaks(text.trim_ascii());
    [hex(&text), base64(&text)].into_iter().flatten()
}

fn hex(text: &str) -> Option<(Coding, Vec<u8>)> {
    let is_hex = text.len() >= SHORTEST_HEX && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex
        .then(|| HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok())
        .flatten()
        .map(|bytes| (Coding::Hex, bytes))
}

/// Padding is optional, but where there is some it has to be right.
fn base64(text: &str) -> Option<(Coding, Vec<u8>)> {
    let digits = text.trim_end_matches('=');
    let is_padded = digits.len() < text.len();
    if digits.len() < SHORTEST_BASE64
        || is_padded && (!text.len().is_multiple_of(4) || text.len() - digits.len() > 2)
    {
        return None;
    }
    let (coding, encoding): (_, &Encoding) = match digits.contains(['-', '_']) {
        true => (Coding::Base64url, &BASE64URL_NOPAD),
        false => (Coding::Base64, &BASE64_NOPAD),
    };
    // In a form that was not percent-encoded as it should be, a plus became a space.
    let digits =
        if digits.contains(' ') { Cow::Owned(digits.replace(' ', "+")) } else { Cow::Borrowed(digits) };
    encoding.decode(digits.as_bytes()).ok().map(|bytes| (coding, bytes))
}

/// Programs break lines at 64 or 76 digits.
fn without_breaks(text: &str) -> Cow<'_, str> {
    match text.contains('\n') {
        true => Cow::Owned(text.replace(['\r', '\n'], "")),
        false => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(Coding, Vec<u8>)> {
        decode(text).collect()
    }

    #[test]
    fn padding_is_optional_and_either_alphabet_does() {
        let bytes = vec![b'a', b'b', b'c', 0xfb, 0xff, 0xfe, b'd'];
        for (text, coding) in [
            ("YWJj+//+ZA==", Coding::Base64),
            ("YWJj+//+ZA", Coding::Base64),
            ("YWJj // ZA", Coding::Base64),
            ("YWJj-__-ZA", Coding::Base64url),
            ("YWJj-__-ZA==", Coding::Base64url),
            ("YWJj+//+\r\nZA==\n", Coding::Base64),
        ] {
            assert_eq!(all(text), [(coding, bytes.clone())], "{text}");
        }
    }

    #[test]
    fn what_is_neither_is_declined() {
        for text in ["abc", "YWJj+//+ZA=", "YWJj+//+_ZA", "hello, world", "0011223344556677889"] {
            assert_eq!(all(text), [], "{text}");
        }
    }

    #[test]
    fn hexadecimal_digits_come_first() {
        let found = all("0123456789abcdefABCDEF00");
        assert_eq!(found[0], (Coding::Hex, b"\x01\x23\x45\x67\x89\xab\xcd\xef\xab\xcd\xef\0".to_vec()));
    }
}
