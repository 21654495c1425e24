//! Both directions of an HTTP/1 connection: which response answers which request, and when something else follows.

use std::collections::VecDeque;

use super::head::{RequestHead, ResponseHead};
use super::message::{Framing, Kind, Malformed, MessageReader, Piece};
use crate::sniff::Direction;

/// Requests that wait for their responses. Clients that pipeline at all send some ten ahead; past this, responses
/// are not read any more.
const MAX_WAITING: usize = 128;

/// What passes, in the order in which it does. Whoever wants bodies takes them here.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// A message begins: this is HTTP, whatever becomes of its head.
    Begun,
    Request(RequestHead),
    RequestBody(&'a [u8]),
    RequestEnd,
    Response {
        head: ResponseHead,
        answers: Option<u32>,
    },
    ResponseBody(&'a [u8]),
    ResponseEnd,
    /// What follows in this direction is no HTTP of this connection: the client asked a proxy for a tunnel.
    Tunnel,
    /// What follows in both directions is another protocol, if the response named it (`websocket`, `h2c`).
    Upgrade(Option<Box<str>>),
}

/// Where the next message begins cannot be known any more.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lost;

/// Reads both directions, each however it is cut, and either without the other.
pub(super) struct Conversation {
    up: MessageReader,
    down: Responses,
    waiting: VecDeque<Waiting>,
    /// How many requests there were.
    requests: u32,
    tunnel: Tunnel,
}

enum Responses {
    Read(MessageReader),
    /// They are over, and what follows is not theirs.
    Tunnel,
    /// They cannot be read any more; requests can.
    Lost,
}

/// A request without its response.
struct Waiting {
    number: u32,
    asked: Asked,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Body,
    /// HEAD: the response is a head only.
    Head,
    /// CONNECT: what follows a good response is no HTTP of this connection.
    Tunnel,
}

/// Whether the client has asked for a tunnel, or was told to go on in another protocol. It waits for the answer to
/// CONNECT, which may not have been captured: if it goes on although no refusal was seen, it got one.
#[derive(PartialEq, Eq)]
enum Tunnel {
    No,
    Asked,
}

impl Default for Conversation {
    fn default() -> Self {
        Self {
            up: MessageReader::new(Kind::Request),
            down: Responses::Read(MessageReader::new(Kind::Response)),
            waiting: VecDeque::new(),
            requests: 0,
            tunnel: Tunnel::No,
        }
    }
}

impl Conversation {
    /// Takes some of `bytes` and says what passed; `None` once more are needed.
    pub(super) fn next<'a>(
        &mut self,
        direction: Direction,
        bytes: &mut &'a [u8],
    ) -> Result<Option<Event<'a>>, Lost> {
        match direction {
            Direction::Up => self.next_up(bytes),
            Direction::Down => Ok(self.next_down(bytes)),
        }
    }

    /// The number of the request that was read last.
    pub(super) fn last_request(&self) -> u32 {
        self.requests
    }

    /// Forgets what the client's bytes seemed to be.
    pub(super) fn restart_requests(&mut self) {
        self.up = MessageReader::new(Kind::Request);
    }

    /// What a request whose head was cut off says.
    pub(super) fn unfinished_request(&self) -> Option<RequestHead> {
        RequestHead::parse_unfinished(self.up.unfinished_head())
    }

    fn next_up<'a>(&mut self, bytes: &mut &'a [u8]) -> Result<Option<Event<'a>>, Lost> {
        // The end of CONNECT itself is told before anything that follows it.
        if self.tunnel == Tunnel::Asked && self.up.is_between_messages() {
            return Ok((!bytes.is_empty()).then_some(Event::Tunnel));
        }
        let Some(piece) = self.up.next(bytes).map_err(|Malformed| Lost)? else { return Ok(None) };
        Ok(Some(match piece {
            Piece::Begun => Event::Begun,
            Piece::Head(head) => Event::Request(self.begin_request(head)?),
            Piece::Body(body) => Event::RequestBody(body),
            Piece::End => Event::RequestEnd,
        }))
    }

    fn begin_request(&mut self, head: Vec<u8>) -> Result<RequestHead, Lost> {
        let head = RequestHead::parse(head).ok_or(Lost)?;
        self.requests = self.requests.wrapping_add(1);
        let asked = match &*head.method {
            b"CONNECT" => Asked::Tunnel,
            b"HEAD" => Asked::Head,
            _ => Asked::Body,
        };
        if asked == Asked::Tunnel {
            self.tunnel = Tunnel::Asked;
        }
        // A body of unknown end swallows whatever follows.
        self.up.begin_body(head.framing.unwrap_or(Framing::UntilClose));
        self.wait(asked);
        Ok(head)
    }

    fn wait(&mut self, asked: Asked) {
        if self.waiting.len() >= MAX_WAITING {
            self.lose_responses();
        }
        if matches!(self.down, Responses::Read(_)) {
            self.waiting.push_back(Waiting { number: self.requests, asked });
        }
    }

    fn next_down<'a>(&mut self, bytes: &mut &'a [u8]) -> Option<Event<'a>> {
        let down = match &mut self.down {
            Responses::Read(down) => down,
            Responses::Tunnel => return (!bytes.is_empty()).then_some(Event::Tunnel),
            Responses::Lost => return None,
        };
        match down.next(bytes) {
            Ok(None) => None,
            Ok(Some(Piece::Begun)) => Some(Event::Begun),
            Ok(Some(Piece::Head(head))) => self.begin_response(head),
            Ok(Some(Piece::Body(body))) => Some(Event::ResponseBody(body)),
            Ok(Some(Piece::End)) => Some(Event::ResponseEnd),
            Err(Malformed) => {
                self.lose_responses();
                None
            }
        }
    }

    fn begin_response<'a>(&mut self, head: Vec<u8>) -> Option<Event<'a>> {
        let Some(head) = ResponseHead::parse(head) else {
            self.lose_responses();
            return None;
        };
        if head.status == 101 {
            self.tunnel = Tunnel::Asked;
            self.down = Responses::Tunnel;
            return Some(Event::Upgrade(head.upgrade));
        }
        let is_interim = head.status < 200;
        let waiting = if is_interim { None } else { self.waiting.pop_front() };
        let asked = waiting.as_ref().map_or(Asked::Body, |waiting| waiting.asked);
        if asked == Asked::Tunnel {
            if (200..300).contains(&head.status) {
                self.down = Responses::Tunnel;
                return Some(Event::Tunnel);
            }
            self.tunnel = Tunnel::No;
        }
        if let Responses::Read(down) = &mut self.down {
            down.begin_body(if asked == Asked::Head { Framing::Length(0) } else { head.framing });
        }
        Some(Event::Response { head, answers: waiting.map(|waiting| waiting.number) })
    }

    fn lose_responses(&mut self) {
        self.down = Responses::Lost;
        self.waiting = VecDeque::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Down, Up};

    /// What passes, one word each.
    fn read(conversation: &mut Conversation, direction: Direction, mut bytes: &[u8]) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            told.push(match conversation.next(direction, &mut bytes) {
                Ok(None) => return told,
                Err(Lost) => return [told, vec!["lost".to_owned()]].concat(),
                Ok(Some(event)) => match event {
                    Event::Begun => continue,
                    Event::Request(head) => String::from_utf8_lossy(&head.method).into_owned(),
                    Event::Response { head, answers } => {
                        format!("{} to {}", head.status, answers.unwrap_or(0))
                    }
                    Event::RequestBody(body) | Event::ResponseBody(body) => {
                        String::from_utf8_lossy(body).into_owned()
                    }
                    Event::RequestEnd | Event::ResponseEnd => "end".to_owned(),
                    Event::Tunnel => return [told, vec!["tunnel".to_owned()]].concat(),
                    Event::Upgrade(_) => return [told, vec!["upgrade".to_owned()]].concat(),
                },
            });
        }
    }

    #[test]
    fn responses_are_paired_with_pipelined_requests() {
        let mut talk = Conversation::default();
        let up =
            b"HEAD /a HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiGET /c HTTP/1.1\r\n\r\n";
        assert_eq!(read(&mut talk, Up, up), ["HEAD", "end", "POST", "hi", "end", "GET", "end"]);
        let down =
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\
            Content-Length: 2\r\n\r\nyoHTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(
            read(&mut talk, Down, down),
            ["200 to 1", "end", "100 to 0", "end", "200 to 2", "yo", "end", "404 to 3", "end"]
        );
        assert_eq!(talk.last_request(), 3);
    }

    #[test]
    fn a_tunnel_follows_a_good_answer_or_none() {
        let connect = b"CONNECT a.example:443 HTTP/1.1\r\n\r\n";
        let mut talk = Conversation::default();
        assert_eq!(read(&mut talk, Up, connect), ["CONNECT", "end"]);
        let refusal = b"HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno";
        assert_eq!(read(&mut talk, Down, refusal), ["407 to 1", "no", "end"]);
        assert_eq!(read(&mut talk, Up, connect), ["CONNECT", "end"]);
        assert_eq!(read(&mut talk, Down, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\x16"), ["tunnel"]);
        assert_eq!(read(&mut talk, Up, b"\x16"), ["tunnel"]);
        let mut talk = Conversation::default();
        assert_eq!(read(&mut talk, Up, &[connect, &b"\x16\x03"[..]].concat()), ["CONNECT", "end", "tunnel"]);
    }

    #[test]
    fn either_direction_may_be_missing() {
        let mut talk = Conversation::default();
        let requests = b"GET / HTTP/1.1\r\n\r\n".repeat(2 * MAX_WAITING);
        assert_eq!(read(&mut talk, Up, &requests).len(), 4 * MAX_WAITING);
        assert!(talk.waiting.is_empty() && matches!(talk.down, Responses::Lost));
        let response = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        assert_eq!(read(&mut Conversation::default(), Down, response), ["200 to 0", "hi", "end"]);
    }

    #[test]
    fn responses_that_are_none_do_not_hinder_requests() {
        let mut talk = Conversation::default();
        assert!(read(&mut talk, Down, b"\0\0").is_empty());
        assert_eq!(read(&mut talk, Up, b"GET / HTTP/1.1\r\n\r\nnothing"), ["GET", "end", "lost"]);
    }

    #[test]
    fn a_body_of_unknown_end_is_the_last() {
        let mut talk = Conversation::default();
        let body = b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\nGET / HTTP/1.1\r\n\r\n";
        assert_eq!(read(&mut talk, Up, body), ["POST", "GET / HTTP/1.1\r\n\r\n"]);
    }
}
