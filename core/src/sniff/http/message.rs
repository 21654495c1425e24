//! One direction of an HTTP/1 connection, cut into messages: heads, which are kept until they are whole, and bodies,
//! which are handed on as they come.
//!
//! <https://www.rfc-editor.org/rfc/rfc9112>

use super::chunked::{Chunk, Chunked};
use super::start_line;

/// Servers refuse heads above 8 KiB (nginx, Apache) or 16 KiB (Tomcat, Node): no client sends more.
pub(super) const MAX_HEAD: usize = 16 * 1024;

/// What the next bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A start line is whole: this is HTTP, whatever becomes of the rest.
    Begun,
    /// A head with its empty line. [`MessageReader::begin_body`] says what follows; without it, no body does.
    Head(Vec<u8>),
    /// A part of the body, chunk headers taken off.
    Body(&'a [u8]),
    /// The message is over.
    End,
}

/// How the end of a body is found (RFC 9112 section 6): <https://www.rfc-editor.org/rfc/rfc9112#section-6>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// So many bytes, perhaps none.
    Length(u64),
    Chunked,
    UntilClose,
}

/// Whose messages they are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Request,
    Response,
}

/// No message looks like that, or its head is above [`MAX_HEAD`]; where the next one begins cannot be known.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// Reads the messages of one direction, however they are cut. Between messages it holds no memory.
pub(super) struct MessageReader {
    kind: Kind,
    state: State,
    /// The head so far.
    head: Vec<u8>,
}

enum State {
    StartLine,
    Fields,
    Length(u64),
    Chunked(Chunked),
    UntilClose,
}

impl MessageReader {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, state: State::StartLine, head: Vec::new() }
    }

    /// Takes some of `bytes` and says what they are; `None` once more are needed.
    pub(super) fn next<'a>(&mut self, bytes: &mut &'a [u8]) -> Result<Option<Piece<'a>>, Malformed> {
        match &mut self.state {
            State::StartLine => self.take_start_line(bytes),
            State::Fields => self.take_fields(bytes),
            State::Length(0) => Ok(Some(self.end())),
            State::Length(left) => {
                let body = split_off(bytes, *left);
                *left -= body.len() as u64;
                Ok(some_body(body))
            }
            State::Chunked(chunked) => match chunked.next(bytes)? {
                Some(Chunk::Data(body)) => Ok(Some(Piece::Body(body))),
                Some(Chunk::Last) => Ok(Some(self.end())),
                None => Ok(None),
            },
            State::UntilClose => Ok(some_body(std::mem::take(bytes))),
        }
    }

    /// Says how the body behind the head that was just read ends.
    pub(super) fn begin_body(&mut self, framing: Framing) {
        self.state = match framing {
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Chunked(Chunked::default()),
            Framing::UntilClose => State::UntilClose,
        };
    }

    /// Nothing of a next message has come.
    pub(super) fn is_between_messages(&self) -> bool {
        matches!(self.state, State::StartLine) && self.head.is_empty()
    }

    /// The lines of a head whose end has not come, the last one only if it is whole.
    pub(super) fn unfinished_head(&self) -> &[u8] {
        let end = self.head.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        if matches!(self.state, State::Fields) { &self.head[..end] } else { &[] }
    }

    fn end<'a>(&mut self) -> Piece<'a> {
        self.state = State::StartLine;
        Piece::End
    }

    /// Empty lines before a start line mean nothing: <https://www.rfc-editor.org/rfc/rfc9112#section-2.2>
    fn take_start_line<'a>(&mut self, bytes: &mut &'a [u8]) -> Result<Option<Piece<'a>>, Malformed> {
        if self.head.is_empty() {
            let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            *bytes = &bytes[blank..];
        }
        if !self.take_line(bytes)? {
            return if start_line::may_become(self.kind, &self.head) { Ok(None) } else { Err(Malformed) };
        }
        if !start_line::is_whole(self.kind, &self.head) {
            return Err(Malformed);
        }
        self.state = State::Fields;
        Ok(Some(Piece::Begun))
    }

    fn take_fields<'a>(&mut self, bytes: &mut &'a [u8]) -> Result<Option<Piece<'a>>, Malformed> {
        while self.take_line(bytes)? {
            if self.head.ends_with(b"\n\r\n") || self.head.ends_with(b"\n\n") {
                self.state = State::Length(0);
                return Ok(Some(Piece::Head(std::mem::take(&mut self.head))));
            }
        }
        Ok(None)
    }

    /// Takes bytes up to the end of a line; true if that came.
    fn take_line(&mut self, bytes: &mut &[u8]) -> Result<bool, Malformed> {
        let end = bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |last| last + 1);
        let (line, rest) = bytes.split_at(end);
        if self.head.len() + line.len() > MAX_HEAD {
            return Err(Malformed);
        }
        self.head.extend_from_slice(line);
        *bytes = rest;
        Ok(line.ends_with(b"\n"))
    }
}

/// The first `length` of `bytes`, or as many as there are.
pub(super) fn split_off<'a>(bytes: &mut &'a [u8], length: u64) -> &'a [u8] {
    let length = usize::try_from(length).map_or(bytes.len(), |length| length.min(bytes.len()));
    let (taken, rest) = bytes.split_at(length);
    *bytes = rest;
    taken
}

fn some_body(body: &[u8]) -> Option<Piece<'_>> {
    (!body.is_empty()).then_some(Piece::Body(body))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a direction holds, bodies put together; the framing of each head is the next of `framings`.
    fn read(kind: Kind, pieces: &[&[u8]], framings: &[Framing]) -> Result<Vec<String>, Malformed> {
        let mut reader = MessageReader::new(kind);
        let (mut told, mut framings, mut in_body) = (Vec::<String>::new(), framings.iter(), false);
        for mut bytes in pieces.iter().copied() {
            while let Some(piece) = reader.next(&mut bytes)? {
                let text = match piece {
                    Piece::Begun => "begun".to_owned(),
                    Piece::Head(ref head) => {
                        reader.begin_body(framings.next().copied().unwrap_or(Framing::Length(0)));
                        format!("head of {}", head.len())
                    }
                    Piece::Body(body) => String::from_utf8_lossy(body).into_owned(),
                    Piece::End => "end".to_owned(),
                };
                match told.last_mut() {
                    Some(last) if in_body && matches!(piece, Piece::Body(_)) => last.push_str(&text),
                    _ => told.push(text),
                }
                in_body = matches!(piece, Piece::Body(_));
            }
        }
        Ok(told)
    }

    #[test]
    fn bodies_end_where_their_framing_says() {
        let requests = b"A / HTTP/1.1\r\n\r\nPOST / HTTP/1.0\nx:y\n\n1234GET / HTTP/1.1\r\n\r\n";
        assert_eq!(
            read(Kind::Request, &[requests], &[Framing::Length(0), Framing::Length(4)]).unwrap(),
            [
                "begun",
                "head of 16",
                "end",
                "begun",
                "head of 21",
                "1234",
                "end",
                "begun",
                "head of 18",
                "end"
            ]
        );
        let response = b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";
        assert_eq!(
            read(Kind::Response, &[response], &[Framing::UntilClose]).unwrap(),
            ["begun", "head of 19", "HTTP/1.1 200 OK\r\n\r\n"]
        );
    }

    #[test]
    fn empty_lines_between_messages_are_skipped() {
        let told = read(Kind::Request, &[b"\r\n\r\nGET / HTTP/1.1\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n"], &[]);
        assert_eq!(told.unwrap().len(), 6);
    }

    #[test]
    fn a_head_over_budget_is_malformed() {
        let endless = format!("GET / HTTP/1.1\r\nCookie: {}", "x".repeat(MAX_HEAD));
        assert_eq!(read(Kind::Request, &[endless.as_bytes()], &[]), Err(Malformed));
    }

    #[test]
    fn holds_no_memory_between_messages() {
        let mut reader = MessageReader::new(Kind::Request);
        let mut bytes = &b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"[..];
        while reader.next(&mut bytes) != Ok(None) {}
        assert_eq!(reader.head.capacity(), 0);
        assert!(size_of::<MessageReader>() <= 64);
    }

    proptest! {
        #[test]
        fn cuts_do_not_matter(cuts in proptest::collection::vec(1usize..30, 1..20)) {
            let stream = b"PUT /a HTTP/1.1\r\nA: b\r\n\r\n4;x=y\r\nWiki\r\n5\r\npedia\r\n0\r\nT: u\r\n\r\nGET /b HTTP/1.1\r\n\r\n";
            let framings = [Framing::Chunked];
            let mut pieces = Vec::new();
            let mut rest = &stream[..];
            for cut in cuts.iter().cycle() {
                let (piece, next) = rest.split_at((*cut).min(rest.len()));
                pieces.push(piece);
                rest = next;
                if rest.is_empty() { break }
            }
            prop_assert_eq!(read(Kind::Request, &pieces, &framings), read(Kind::Request, &[stream], &framings));
        }
    }
}
