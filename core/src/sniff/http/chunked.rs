//! The chunked transfer coding: <https://www.rfc-editor.org/rfc/rfc9112#section-7.1>

use super::message::{Malformed, split_off};

/// Hexadecimal digits of the largest length that fits 64 bits.
const MAX_DIGITS: u8 = 16;

/// What the next bytes of a chunked body are.
pub(super) enum Chunk<'a> {
    Data(&'a [u8]),
    /// The last chunk and its trailer are over.
    Last,
}

/// Takes the chunk headers off a body. Extensions and trailers are skipped.
pub(super) enum Chunked {
    Size { length: u64, digits: u8 },
    Extension { length: u64 },
    Data { left: u64 },
    DataEnd,
    Trailer { is_line_blank: bool },
}

impl Default for Chunked {
    fn default() -> Self {
        Self::Size { length: 0, digits: 0 }
    }
}

impl Chunked {
    /// Takes some of `bytes`; `None` once more are needed.
    pub(super) fn next<'a>(&mut self, bytes: &mut &'a [u8]) -> Result<Option<Chunk<'a>>, Malformed> {
        while !bytes.is_empty() {
            if let Self::Data { left } = self {
                let data = split_off(bytes, *left);
                *left -= data.len() as u64;
                if *left == 0 {
                    *self = Self::DataEnd;
                }
                return Ok(Some(Chunk::Data(data)));
            }
            let (&byte, rest) = bytes.split_first().ok_or(Malformed)?;
            *bytes = rest;
            if self.step(byte)? {
                return Ok(Some(Chunk::Last));
            }
        }
        Ok(None)
    }

    /// Takes one byte of what is around the data; true at the end of it all.
    fn step(&mut self, byte: u8) -> Result<bool, Malformed> {
        match (&mut *self, byte) {
            (Self::Size { digits: 0, .. }, b'\n' | b'\r' | b';' | b' ' | b'\t') => return Err(Malformed),
            (Self::Size { length, .. } | Self::Extension { length }, b'\n') => {
                *self = Self::after_size(*length)
            }
            (Self::Size { length, .. }, b'\r' | b';' | b' ' | b'\t') => {
                *self = Self::Extension { length: *length };
            }
            (Self::Size { length, digits }, _) => {
                let digit = char::from(byte).to_digit(16).ok_or(Malformed)?;
                *digits = digits.checked_add(1).filter(|digits| *digits <= MAX_DIGITS).ok_or(Malformed)?;
                *length = *length << 4 | u64::from(digit);
            }
            (Self::DataEnd, b'\n') => *self = Self::default(),
            (Self::DataEnd, b'\r') | (Self::Extension { .. }, _) | (Self::Trailer { .. }, b'\r') => {}
            (Self::DataEnd | Self::Data { .. }, _) => return Err(Malformed),
            (Self::Trailer { is_line_blank: true }, b'\n') => return Ok(true),
            (Self::Trailer { is_line_blank }, _) => *is_line_blank = byte == b'\n',
        }
        Ok(false)
    }

    fn after_size(length: u64) -> Self {
        if length == 0 { Self::Trailer { is_line_blank: true } } else { Self::Data { left: length } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(mut bytes: &[u8]) -> Result<(String, bool), Malformed> {
        let (mut chunked, mut data) = (Chunked::default(), String::new());
        while let Some(chunk) = chunked.next(&mut bytes)? {
            match chunk {
                Chunk::Data(part) => data.push_str(std::str::from_utf8(part).unwrap()),
                Chunk::Last => return Ok((data, true)),
            }
        }
        Ok((data, false))
    }

    #[test]
    fn takes_headers_extensions_and_trailers_off() {
        let body = b"4\r\nWiki\r\n6;a=b\r\npedia \r\nA \r\nin chunks.\r\n0\r\nExpires: never\r\n\r\n";
        assert_eq!(decoded(body), Ok(("Wikipedia in chunks.".to_owned(), true)));
        assert_eq!(decoded(b"3\nabc\n0\n\n"), Ok(("abc".to_owned(), true)));
        assert_eq!(decoded(b"3\r\nab"), Ok(("ab".to_owned(), false)));
    }

    #[test]
    fn what_is_no_length_is_malformed() {
        for body in [&b"\r\n"[..], b"x", b"-1\r\n", b"11111111111111111\r\n", b"1\r\nab"] {
            assert_eq!(decoded(body), Err(Malformed), "{body:?}");
        }
    }
}
