//! The first line of an HTTP/1 message, which tells HTTP from everything else:
//! <https://www.rfc-editor.org/rfc/rfc9112#section-3>

use super::message::Kind;

/// The longest registered method has 17 letters (UPDATEREDIRECTREF): whatever is much longer is text.
const MAX_METHOD: usize = 24;

const STATUS_LINE: &[u8] = b"HTTP/1.";

/// Whether a line that has just begun may become a start line.
pub(super) fn may_become(kind: Kind, start: &[u8]) -> bool {
    match kind {
        Kind::Request => may_become_request_line(start),
        Kind::Response => start.iter().zip(STATUS_LINE).all(|(byte, expected)| byte == expected),
    }
}

/// Whether a line is a start line of HTTP/1. HTTP/0.9 had no version, and shows no host.
pub(super) fn is_whole(kind: Kind, line: &[u8]) -> bool {
    match kind {
        Kind::Request => RequestLine::split(line).is_some(),
        Kind::Response => status(line).is_some(),
    }
}

/// A request line taken apart. The target may hold anything: apps send spaces and raw UTF-8 in it.
pub(super) struct RequestLine<'a> {
    pub(super) method: &'a [u8],
    pub(super) target: &'a [u8],
}

impl<'a> RequestLine<'a> {
    /// `None` if `line` is none.
    pub(super) fn split(line: &'a [u8]) -> Option<Self> {
        let line = line.trim_ascii_end();
        let method_end = line.iter().position(|&byte| byte == b' ')?;
        let (method, rest) = line.split_at(method_end);
        let (target, version) = rest.split_at_checked(rest.len().checked_sub(b" HTTP/1.1".len())?)?;
        let target = target.trim_ascii();
        let is_version = version.strip_prefix(b" HTTP/1.").is_some_and(|minor| minor[0].is_ascii_digit());
        (is_method(method) && is_version && !target.is_empty()).then_some(Self { method, target })
    }
}

/// The status code of a response's first line.
pub(super) fn status(line: &[u8]) -> Option<u16> {
    let rest = line.strip_prefix(STATUS_LINE)?;
    let [minor, b' ', code @ ..] = rest else { return None };
    let code = std::str::from_utf8(code.get(..3)?).ok()?.parse().ok()?;
    let is_apart = rest.get(5).is_none_or(u8::is_ascii_whitespace);
    (minor.is_ascii_digit() && is_apart && (100..1000).contains(&code)).then_some(code)
}

fn may_become_request_line(start: &[u8]) -> bool {
    let method_end = start.iter().take(MAX_METHOD + 1).position(|&byte| byte == b' ');
    match method_end {
        Some(end) => is_method(&start[..end]),
        None => start.len() <= MAX_METHOD && (start.is_empty() || is_method(start)),
    }
}

/// Methods are extensible, and case-sensitive; all that are in use are of capitals, with `-` and `_` between.
fn is_method(text: &[u8]) -> bool {
    let is_letter =
        |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    (1..=MAX_METHOD).contains(&text.len()) && text[0].is_ascii_uppercase() && text.iter().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_method_will_do() {
        for method in ["GET", "M-SEARCH", "BITS_POST", "UPDATEREDIRECTREF", "X1"] {
            let line = format!("{method} /a HTTP/1.1\r\n");
            assert!(is_whole(Kind::Request, line.as_bytes()), "{line}");
            assert!((0..line.len()).all(|end| may_become(Kind::Request, &line.as_bytes()[..end])));
        }
    }

    #[test]
    fn apps_send_targets_that_no_grammar_allows() {
        let line = RequestLine::split("GET /a b?c=\"ü\"  HTTP/1.0 \n".as_bytes()).unwrap();
        assert_eq!(line.target, "/a b?c=\"ü\"".as_bytes());
    }

    #[test]
    fn other_protocols_are_none() {
        for line in [
            "GET /\r\n",
            "EHLO a.example\r\n",
            "OPTIONS rtsp://a/ RTSP/1.0\r\n",
            "INVITE sip:a SIP/2.0\r\n",
            "get / HTTP/1.1\r\n",
            "GET / HTTP/2.0\r\n",
            "GET  HTTP/1.1\r\n",
            " GET / HTTP/1.1\r\n",
            "PRI * HTTP/2.0\r\n",
            "GET / HTTP/1.1x\r\n",
        ] {
            assert!(!is_whole(Kind::Request, line.as_bytes()), "{line}");
        }
        for start in ["g", "SSH-2.0-x_y/", "1", &"A".repeat(MAX_METHOD + 1)] {
            assert!(!may_become(Kind::Request, start.as_bytes()), "{start}");
        }
    }

    #[test]
    fn status_lines_need_no_reason() {
        assert_eq!(status(b"HTTP/1.1 204\r\n"), Some(204));
        assert_eq!(status(b"HTTP/1.0 200 OK\r\n"), Some(200));
        for line in [&b"HTTP/1.1 20\r\n"[..], b"HTTP/1.1 2000\r\n", b"HTTP/1.x 200\r\n", b"HTTP/1.1 +20 \r\n"]
        {
            assert_eq!(status(line), None, "{line:?}");
        }
    }
}
