//! What the head of an HTTP/1 message says, as far as it matters here.

use std::sync::Arc;

use httparse::{EMPTY_HEADER, Header, ParserConfig, Response, Status};

use super::host;
use super::message::Framing;
use super::start_line::{self, RequestLine};

/// Apache's default limit; nobody comes near.
const MAX_HEADERS: usize = 100;

/// A start line.
const SHORTEST: &[u8] = b"HTTP/1.1 200";

/// The head of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RequestHead {
    pub(super) method: Box<[u8]>,
    pub(super) target: Box<[u8]>,
    /// Whom it is for: lower-case ASCII name or address, without port.
    pub(super) host: Option<Arc<str>>,
    /// `None`: where the body ends cannot be known.
    pub(super) framing: Option<Framing>,
    /// The head as it came, but for its start line.
    lines: Vec<u8>,
}

/// The head of a response.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ResponseHead {
    pub(super) status: u16,
    /// The protocol that follows, lower case (`websocket`, `h2c`).
    pub(super) upgrade: Option<Box<str>>,
    /// The body is compressed or otherwise encoded.
    pub(super) is_encoded: bool,
    /// As the fields say it; a response to HEAD has no body whatever they say.
    pub(super) framing: Framing,
}

impl RequestHead {
    /// Reads a whole head.
    pub(super) fn parse(mut head: Vec<u8>) -> Option<Self> {
        let line = RequestLine::split(first_line(&head))?;
        let (method, target): (Box<[u8]>, Box<[u8]>) = (line.method.into(), line.target.into());
        let (host, framing) = with_fields(&mut head, |fields| {
            let framing = framing(fields).map(|framing| framing.unwrap_or(Framing::Length(0))).ok();
            // Only a response may end with its connection.
            let framing = framing.filter(|framing| *framing != Framing::UntilClose);
            (host::of_request(&method, &target, fields), framing)
        })?;
        Some(Self { method, target, host, framing, lines: head })
    }

    /// All fields, in their order.
    pub(super) fn fields(&mut self) -> Vec<(String, String)> {
        let text = |field: &Header<'_>| String::from_utf8_lossy(field.value).into_owned();
        let pairs =
            |fields: &[Header<'_>]| fields.iter().map(|field| (field.name.to_owned(), text(field))).collect();
        with_fields(&mut self.lines, pairs).unwrap_or_default()
    }

    /// Reads whole lines of a head whose end is missing.
    pub(super) fn parse_unfinished(lines: &[u8]) -> Option<Self> {
        Self::parse([lines, b"\r\n"].concat())
    }

    /// It asks a proxy for a connection to [`Self::host`].
    pub(super) fn is_connect(&self) -> bool {
        *self.method == *b"CONNECT"
    }
}

impl ResponseHead {
    /// Reads a whole head.
    pub(super) fn parse(mut head: Vec<u8>) -> Option<Self> {
        let status = start_line::status(first_line(&head))?;
        with_fields(&mut head, |fields| Self {
            status,
            upgrade: field(fields, "upgrade").and_then(word),
            is_encoded: field(fields, "content-encoding").is_some(),
            framing: match framing(fields) {
                _ if matches!(status, 100..200 | 204 | 304) => Framing::Length(0),
                Ok(Some(framing)) => framing,
                Ok(None) | Err(Ambiguous) => Framing::UntilClose,
            },
        })
    }
}

fn first_line(head: &[u8]) -> &[u8] {
    &head[..head.iter().position(|&byte| byte == b'\n').unwrap_or(head.len())]
}

fn word(value: &[u8]) -> Option<Box<str>> {
    std::str::from_utf8(value).ok().map(|value| value.trim().to_ascii_lowercase().into())
}

/// Gives the fields of a head to `read`; lines that are none are left out.
///
/// The start line has been read, and may hold what a strict parser refuses. Parsers are lenient with responses only, so
/// the shortest of these takes its place: no start line is shorter.
fn with_fields<T>(head: &mut [u8], read: impl FnOnce(&[Header<'_>]) -> T) -> Option<T> {
    let length = first_line(head).trim_ascii_end().len();
    let (status, reason) = head.get_mut(..length)?.split_at_mut_checked(SHORTEST.len())?;
    status.copy_from_slice(SHORTEST);
    reason.fill(b' ');
    unfold(head);
    let mut headers = [EMPTY_HEADER; MAX_HEADERS];
    let mut response = Response::new(&mut headers);
    let mut config = ParserConfig::default();
    config.ignore_invalid_headers_in_responses(true);
    config.allow_spaces_after_header_name_in_responses(true);
    config.allow_multiple_spaces_in_response_status_delimiters(true);
    let is_whole = matches!(config.parse_response(&mut response, head), Ok(Status::Complete(_)));
    is_whole.then(|| read(response.headers))
}

/// A line that begins with white space continues the one before: <https://www.rfc-editor.org/rfc/rfc9112#section-5.2>
fn unfold(head: &mut [u8]) {
    for index in 1..head.len() {
        if head[index - 1] == b'\n' && matches!(head[index], b' ' | b'\t') {
            let line_end = head[..index].trim_ascii_end().len();
            head[line_end..index].fill(b' ');
        }
    }
}

pub(super) fn field<'a>(headers: &[Header<'a>], name: &str) -> Option<&'a [u8]> {
    headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value)
}

/// The fields contradict each other.
struct Ambiguous;

/// How the body ends; `None` if no field tells. Transfer-Encoding outweighs Content-Length:
/// <https://www.rfc-editor.org/rfc/rfc9112#section-6.3>
fn framing(headers: &[Header<'_>]) -> Result<Option<Framing>, Ambiguous> {
    let codings = headers.iter().rfind(|header| header.name.eq_ignore_ascii_case("transfer-encoding"));
    if let Some(codings) = codings {
        let last = codings.value.rsplit(|&byte| byte == b',').next().unwrap_or_default().trim_ascii();
        let is_chunked = last.eq_ignore_ascii_case(b"chunked");
        return Ok(Some(if is_chunked { Framing::Chunked } else { Framing::UntilClose }));
    }
    let lengths = headers.iter().filter(|header| header.name.eq_ignore_ascii_case("content-length"));
    let mut length = None;
    for value in lengths.flat_map(|header| header.value.split(|&byte| byte == b',')) {
        let value = decimal(value.trim_ascii()).ok_or(Ambiguous)?;
        if length.replace(value).is_some_and(|other| other != value) {
            return Err(Ambiguous);
        }
    }
    Ok(length.map(Framing::Length))
}

fn decimal(text: &[u8]) -> Option<u64> {
    let is_number = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    is_number.then(|| std::str::from_utf8(text).ok()?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(head: &str) -> RequestHead {
        RequestHead::parse(head.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn a_request_says_how_its_body_ends() {
        for (fields, framing) in [
            ("", Some(Framing::Length(0))),
            ("Content-Length: 5\r\n", Some(Framing::Length(5))),
            ("Content-Length: 5\r\nContent-Length: 5\r\n", Some(Framing::Length(5))),
            ("Content-Length: 5\r\nTransfer-Encoding: gzip, Chunked\r\n", Some(Framing::Chunked)),
            ("Content-Length: 5, 6\r\n", None),
            ("Content-Length: +5\r\n", None),
            ("Content-Length: 99999999999999999999\r\n", None),
            ("Transfer-Encoding: gzip\r\n", None),
        ] {
            assert_eq!(request(&format!("POST / HTTP/1.1\r\n{fields}\r\n")).framing, framing, "{fields}");
        }
    }

    #[test]
    fn a_response_may_end_with_its_connection() {
        for (head, framing) in [
            ("HTTP/1.1 200 OK\r\n\r\n", Framing::UntilClose),
            ("HTTP/1.1 200\r\nContent-Length: 7\r\n\r\n", Framing::Length(7)),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Framing::Chunked),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", Framing::Length(0)),
            ("HTTP/1.1 101 x\r\nUpgrade: WebSocket\r\n\r\n", Framing::Length(0)),
        ] {
            assert_eq!(ResponseHead::parse(head.as_bytes().to_vec()).unwrap().framing, framing, "{head}");
        }
    }

    #[test]
    fn reads_what_is_folded_or_amid_garbage() {
        let folded = request("GET / HTTP/1.1\r\nX: a\r\n  b\r\nHost:\r\n\ta.example\r\n\r\n");
        assert_eq!(folded.host.as_deref(), Some("a.example"));
        let spaced = request("GET / HTTP/1.1\r\nHost : a.example\r\n\r\n");
        assert_eq!(spaced.host.as_deref(), Some("a.example"));
        let amid = request("GET /ü HTTP/1.1\r\nno field at all\r\nB d: e\r\nHost: a.example\r\n\r\n");
        assert_eq!(amid.host.as_deref(), Some("a.example"));
        assert_eq!(&*amid.target, "/ü".as_bytes());
    }

    #[test]
    fn reads_as_much_as_there_is() {
        let cut = RequestHead::parse_unfinished(b"GET / HTTP/1.1\r\nHost: a.example\r\n").unwrap();
        assert_eq!(cut.host.as_deref(), Some("a.example"));
    }
}
