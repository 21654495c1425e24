//! DNS over TCP: messages behind two bytes of length, several to a connection.
//!
//! <https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2>, <https://www.rfc-editor.org/rfc/rfc7766>

use std::collections::VecDeque;

use super::{DnsMessage, is_believed, message};
use crate::sniff::{Direction, Progress, Sighting, Sniffer};

/// Longer messages are skipped: only zone transfers and piles of signatures are, and they name nothing.
const MAX_MESSAGE: usize = 16 * 1024;
/// A first query longer than this is none: one question takes at most 275 bytes, options and padding some more.
const MAX_FIRST_QUERY: usize = 2048;
/// Messages read but not taken; a caller that uses [`Sniffer::read`] leaves none.
const MAX_PENDING: usize = 256;

/// Reads both directions of a connection to a name server.
#[derive(Default)]
pub(in crate::sniff) struct DnsStream {
    /// Whether the port says so, or the first message was a query beyond doubt.
    believed: bool,
    port: u16,
    up: Framer,
    down: Framer,
    pending: VecDeque<DnsMessage>,
}

impl Sniffer for DnsStream {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        let taken = match direction {
            Direction::Up => self.take_up(bytes),
            Direction::Down => self.take_down(bytes),
        };
        match (taken, self.pending.pop_front()) {
            (Err(NotDns), _) => Progress::NotMine,
            (Ok(()), Some(message)) => Progress::Seen(Sighting::Dns(message)),
            (Ok(()), None) => Progress::NeedMore,
        }
    }
}

/// The connection carries something else.
struct NotDns;

impl DnsStream {
    pub(in crate::sniff) fn new(responder_port: u16) -> Self {
        Self { believed: is_believed(responder_port), port: responder_port, ..Self::default() }
    }

    fn take_up(&mut self, mut bytes: &[u8]) -> Result<(), NotDns> {
        while !bytes.is_empty() {
            let whole = self.up.fill(&mut bytes);
            if !self.believed {
                self.judge_first(whole)?;
            }
            if whole {
                self.read_message(Direction::Up);
            }
        }
        Ok(())
    }

    /// The client speaks first: a server that greets is no name server.
    fn take_down(&mut self, mut bytes: &[u8]) -> Result<(), NotDns> {
        if !self.believed && !bytes.is_empty() {
            return Err(NotDns);
        }
        while !bytes.is_empty() {
            if self.down.fill(&mut bytes) {
                self.read_message(Direction::Down);
            }
        }
        Ok(())
    }

    fn judge_first(&mut self, whole: bool) -> Result<(), NotDns> {
        let message = &self.up.message;
        let fits = self.up.length().is_none_or(|length| length <= MAX_FIRST_QUERY)
            && message::may_become_query(message);
        if !fits || whole && !message::is_surely_query(message) {
            return Err(NotDns);
        }
        self.believed = whole;
        Ok(())
    }

    /// A message that cannot be read is passed over: its length says where the next one starts.
    fn read_message(&mut self, direction: Direction) {
        let framer = match direction {
            Direction::Up => &mut self.up,
            Direction::Down => &mut self.down,
        };
        let message = message::parse(&framer.message, self.port);
        framer.next();
        if self.pending.len() < MAX_PENDING {
            self.pending.extend(message);
        }
    }
}

/// Cuts one direction of the stream into messages.
#[derive(Default)]
struct Framer {
    prefix: [u8; 2],
    prefix_len: usize,
    /// Bytes of the message so far, those that are not kept included.
    taken: usize,
    message: Vec<u8>,
}

impl Framer {
    /// Takes bytes of the current message; true once it is whole.
    fn fill(&mut self, bytes: &mut &[u8]) -> bool {
        while self.prefix_len < self.prefix.len() {
            let Some((&first, rest)) = bytes.split_first() else { return false };
            self.prefix[self.prefix_len] = first;
            self.prefix_len += 1;
            *bytes = rest;
        }
        let Some(length) = self.length() else { return false };
        let (body, rest) = bytes.split_at(bytes.len().min(length - self.taken));
        self.taken += body.len();
        if length <= MAX_MESSAGE {
            self.message.extend_from_slice(body);
        }
        *bytes = rest;
        self.taken == length
    }

    fn length(&self) -> Option<usize> {
        (self.prefix_len == self.prefix.len()).then(|| usize::from(u16::from_be_bytes(self.prefix)))
    }

    fn next(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sniff::testing::{framed, query, response};

    fn questions(sniffer: &mut DnsStream, direction: Direction, bytes: &[u8]) -> Vec<String> {
        let mut questions = Vec::new();
        sniffer.read(direction, bytes, |sighting| {
            let Sighting::Dns(message) = sighting else { panic!("not DNS: {sighting:?}") };
            questions.extend(message.questions.iter().map(|name| name.to_string()));
        });
        questions
    }

    #[test]
    fn several_messages_in_one_segment() {
        let bytes = [framed(&query("a.example")), framed(&query("b.example"))].concat();
        assert_eq!(questions(&mut DnsStream::new(53), Direction::Up, &bytes), ["a.example", "b.example"]);
    }

    #[test]
    fn one_message_in_many_segments() {
        let mut sniffer = DnsStream::new(8853);
        let bytes = framed(&query("a.example"));
        let (last, first) = bytes.split_last().unwrap();
        for byte in first {
            assert_eq!(sniffer.push(Direction::Up, &[*byte]), Progress::NeedMore);
        }
        assert!(matches!(sniffer.push(Direction::Up, &[*last]), Progress::Seen(_)));
    }

    #[test]
    fn both_directions_are_framed_apart() {
        let mut sniffer = DnsStream::new(53);
        let up = framed(&query("a.example"));
        let down = framed(&response("a.example", [192, 0, 2, 1]));
        questions(&mut sniffer, Direction::Up, &up);
        assert!(questions(&mut sniffer, Direction::Down, &down[..7]).is_empty());
        assert_eq!(questions(&mut sniffer, Direction::Up, &up), ["a.example"]);
        assert_eq!(questions(&mut sniffer, Direction::Down, &down[7..]), ["a.example"]);
    }

    #[test]
    fn a_huge_or_odd_message_is_skipped() {
        let mut sniffer = DnsStream::new(53);
        let huge = framed(&vec![0xaa; MAX_MESSAGE + 1]);
        let bytes = [huge, framed(&[]), framed(b"odd"), framed(&query("a.example"))].concat();
        assert_eq!(questions(&mut sniffer, Direction::Up, &bytes), ["a.example"]);
        assert!(sniffer.up.message.is_empty());
    }

    #[test]
    fn other_ports_decline_at_the_header() {
        for start in [&b"GET / HTTP"[..], &[0x16, 3, 1], &[0, 40, 1, 2, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]] {
            assert_eq!(DnsStream::new(80).push(Direction::Up, start), Progress::NotMine, "{start:?}");
        }
        assert_eq!(DnsStream::new(80).push(Direction::Down, b"220 hello"), Progress::NotMine);
    }
}
