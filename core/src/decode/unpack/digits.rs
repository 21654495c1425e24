//! Base64 in its kinds, and hexadecimal digits, into bytes. Whether these say anything is for others to find out.

use std::borrow::Cow;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, Encoding, HEXLOWER_PERMISSIVE};

use crate::decode::layer::Coding;

/// Shorter texts are words, numbers or whatever, but hardly ever encoded.
const SHORTEST_BASE64: usize = 8;
const SHORTEST_HEX: usize = 16;

/// Base64 of this length that does not end as it should was cut.
const SHORTEST_CUT: usize = 64;

/// Bytes that were written in digits.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::decode) struct Digits {
    pub(in crate::decode) coding: Coding,
    pub(in crate::decode) bytes: Vec<u8>,
    /// The end is not missing.
    pub(in crate::decode) is_whole: bool,
}

/// Text of digits of one kind, in the order in which they are to be tried.
pub(in crate::decode) fn decode(text: &str) -> impl Iterator<Item = Digits> {
    let text = without_breaks(text.trim_ascii());
    [hex(&text), base64(&text)].into_iter().flatten()
}

fn hex(text: &str) -> Option<Digits> {
    let is_hex = text.len() >= SHORTEST_HEX && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bytes = HEXLOWER_PERMISSIVE.decode(is_hex.then_some(text)?.as_bytes()).ok()?;
    Some(Digits { coding: Coding::Hex, bytes, is_whole: true })
}

/// Padding is optional, but where there is some it has to be right.
fn base64(text: &str) -> Option<Digits> {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    let is_padded_well = padding == 0 || padding <= 2 && text.len().is_multiple_of(4);
    (digits.len() >= SHORTEST_BASE64 && is_padded_well).then_some(())?;
    let (coding, encoding): (_, &Encoding) = match digits.contains(['-', '_']) {
        true => (Coding::Base64url, &BASE64URL_NOPAD),
        false => (Coding::Base64, &BASE64_NOPAD),
    };
    // In a form that was not percent-encoded as it should be, a plus became a space.
    let digits =
        if digits.contains(' ') { Cow::Owned(digits.replace(' ', "+")) } else { Cow::Borrowed(digits) };
    let whole = encoding.decode(digits.as_bytes()).ok().map(|bytes| Digits { coding, bytes, is_whole: true });
    whole.or_else(|| {
        let bytes = encoding.decode(uncut(&digits)?.as_bytes()).ok()?;
        Some(Digits { coding, bytes, is_whole: false })
    })
}

/// The part of digits that is whole, where they end within a group of four, or within the percent-encoding of one.
fn uncut(digits: &str) -> Option<&str> {
    let percent = digits.rfind('%').filter(|at| digits.len() - at < 3);
    let digits = &digits[..percent.unwrap_or(digits.len())];
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    (digits.len() >= SHORTEST_CUT && digits.bytes().all(is_digit)).then_some(())?;
    digits.get(..digits.len() / 4 * 4)
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
        decode(text)
            .inspect(|digits| assert!(digits.is_whole))
            .map(|digits| (digits.coding, digits.bytes))
            .collect()
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

    #[test]
    fn what_was_cut_is_read_to_its_last_whole_group() {
        let digits = "YWJj".repeat(20);
        for cut in ["Y", "Y%", "Y%2", "YX"] {
            let read: Vec<_> = decode(&format!("{digits}{cut}")).collect();
            let bytes = b"abc".repeat(20);
            assert_eq!(read, [Digits { coding: Coding::Base64, bytes, is_whole: false }], "{cut}");
        }
        for other in ["YWJjYWJjY", &format!("{digits}Yü")] {
            assert_eq!(all(other), []);
        }
    }
}
