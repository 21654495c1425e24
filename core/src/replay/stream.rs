//! One direction of a captured TCP connection put in order, as far as the capture allows.

use crate::limits::MAX_HELD;

/// What comes out of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Bytes(&'a [u8]),
    /// Bytes that passed are missing here.
    Gap,
}

/// Segments in, bytes in order out. Where bytes came twice the first ones count.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// The sequence number of the next byte to come out.
    next: Option<u32>,
    /// The sequence number behind the last byte that passed.
    end: Option<u32>,
    /// What waits for an earlier segment: in order, disjoint, all behind `next`.
    held: Vec<Held>,
}

#[derive(Debug)]
struct Held {
    sequence: u32,
    /// Bytes that passed; fewer may have been captured.
    length: usize,
    captured: Box<[u8]>,
}

/// Part of a segment: where it begins, how long it was, and what was captured of it.
#[derive(Debug, Clone, Copy)]
struct Part<'a> {
    sequence: u32,
    length: usize,
    captured: &'a [u8],
}

impl Stream {
    /// The first byte has this number.
    pub(super) fn begin(&mut self, sequence: u32) {
        self.next.get_or_insert(sequence);
        self.end.get_or_insert(sequence);
    }

    /// Counts the bytes of a segment that had not passed before. Bytes between those that were captured count as
    /// well: they did pass.
    pub(super) fn count(&mut self, sequence: u32, length: usize) -> u64 {
        /// No window is larger (RFC 7323 section 2.3), so it is no gap but another stream.
        const LARGEST_GAP: i64 = 1 << 30;
        // A FIN has a number as well, which an acknowledgment after it shows.
        if length == 0 {
            return 0;
        }
        let end = advance(sequence, length);
        let known = *self.end.get_or_insert(sequence);
        match distance(known, end) {
            ahead if ahead > LARGEST_GAP => {
                self.end = Some(end);
                length as u64
            }
            ahead if ahead > 0 => {
                self.end = Some(end);
                ahead.unsigned_abs()
            }
            _ => 0,
        }
    }

    /// Takes a segment of `length` bytes, of which `captured` were captured.
    pub(super) fn push(
        &mut self,
        sequence: u32,
        length: usize,
        captured: &[u8],
        out: &mut impl FnMut(Piece<'_>),
    ) {
        let next = *self.next.get_or_insert(sequence);
        let part = Part { sequence, length, captured };
        if self.held.is_empty() && distance(next, sequence) <= 0 {
            self.deliver(next, part, out);
            return;
        }
        self.hold(next, part);
        self.release(out);
        while self.held_bytes() > MAX_HELD {
            self.give_up(out);
        }
    }

    /// Bytes that wait for an earlier segment.
    pub(super) fn held_bytes(&self) -> usize {
        self.held.iter().map(|held| held.captured.len() + size_of::<Held>()).sum()
    }

    /// Waits no longer for the earliest missing segment.
    pub(super) fn give_up(&mut self, out: &mut impl FnMut(Piece<'_>)) {
        if let Some(first) = self.held.first() {
            self.next = Some(first.sequence);
            out(Piece::Gap);
            self.release(out);
        }
    }

    /// Nobody reads any more: what waits is freed, and nothing waits from now on.
    pub(super) fn forget(&mut self) {
        self.held = Vec::new();
        self.next = None;
    }

    /// Hands out what `part` adds to the bytes before `next`.
    fn deliver(&mut self, next: u32, part: Part<'_>, out: &mut impl FnMut(Piece<'_>)) {
        let part = part.from(next);
        if part.length == 0 {
            return;
        }
        self.next = Some(advance(next, part.length));
        if !part.captured.is_empty() {
            out(Piece::Bytes(part.captured));
        }
        if part.captured.len() < part.length {
            out(Piece::Gap);
        }
    }

    /// Keeps what is new of `part`.
    fn hold(&mut self, next: u32, part: Part<'_>) {
        let mut rest = part.from(next);
        let mut index = self.held.partition_point(|held| distance(held.end(), rest.sequence) >= 0);
        while rest.length > 0 {
            let (room, taken_until) = match self.held.get(index) {
                Some(held) => (distance(rest.sequence, held.sequence), held.end()),
                None => (i64::MAX, rest.sequence),
            };
            let room = usize::try_from(room).unwrap_or(0).min(rest.length);
            if room > 0 {
                let captured = rest.captured[..rest.captured.len().min(room)].into();
                self.held.insert(index, Held { sequence: rest.sequence, length: room, captured });
                rest = rest.from(advance(rest.sequence, room));
            } else {
                rest = rest.from(taken_until);
            }
            index += 1;
        }
    }

    /// Hands out what waits no longer.
    fn release(&mut self, out: &mut impl FnMut(Piece<'_>)) {
        let mut released = 0;
        while let (Some(held), Some(next)) = (self.held.get_mut(released), self.next)
            && held.sequence == next
        {
            released += 1;
            let (length, captured) = (held.length, std::mem::take(&mut held.captured));
            self.deliver(next, Part { sequence: next, length, captured: &captured }, out);
        }
        self.held.drain(..released);
    }
}

impl Held {
    fn end(&self) -> u32 {
        advance(self.sequence, self.length)
    }
}

impl Part<'_> {
    /// What is left of it from this sequence number on.
    fn from(self, sequence: u32) -> Self {
        let skipped = usize::try_from(distance(self.sequence, sequence)).unwrap_or(0).min(self.length);
        Self {
            sequence: advance(self.sequence, skipped),
            length: self.length - skipped,
            captured: self.captured.get(skipped..).unwrap_or_default(),
        }
    }
}

/// How far `to` is ahead of `from`, modulo 2^32 (RFC 9293 section 3.4).
pub(super) fn distance(from: u32, to: u32) -> i64 {
    i64::from(to.wrapping_sub(from).cast_signed())
}

fn advance(sequence: u32, count: usize) -> u32 {
    sequence.wrapping_add(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What comes out for segments given as offset and text; `|` is a gap.
    fn read(segments: &[(u32, &str)]) -> String {
        const FIRST: u32 = u32::MAX - 3;
        let (mut stream, mut read) = (Stream::default(), String::new());
        stream.begin(FIRST);
        for (offset, text) in segments {
            push(&mut stream, FIRST.wrapping_add(*offset), text.as_bytes(), &mut read);
        }
        read
    }

    fn push(stream: &mut Stream, sequence: u32, bytes: &[u8], read: &mut String) {
        stream.push(sequence, bytes.len(), bytes, &mut |piece| match piece {
            Piece::Bytes(bytes) => read.push_str(std::str::from_utf8(bytes).unwrap()),
            Piece::Gap => read.push('|'),
        });
    }

    #[test]
    fn any_order_across_the_wrap() {
        assert_eq!(read(&[(0, "ab"), (2, "cd"), (4, "ef")]), "abcdef");
        assert_eq!(read(&[(4, "ef"), (2, "cd"), (0, "ab")]), "abcdef");
        assert_eq!(read(&[(0, "ab"), (4, "ef"), (0, "ab"), (4, "ef"), (2, "cd")]), "abcdef");
    }

    #[test]
    fn the_first_bytes_win() {
        assert_eq!(read(&[(0, "abc"), (1, "XXd")]), "abcd");
        assert_eq!(read(&[(2, "cd"), (0, "abXXef"), (6, "g")]), "abcdefg");
        assert_eq!(read(&[(4, "e"), (2, "c"), (1, "bXdX"), (0, "a")]), "abcde");
    }

    #[test]
    fn what_is_cut_short_leaves_a_gap() {
        let (mut stream, mut read) = (Stream::default(), String::new());
        stream.push(7, 4, b"ab", &mut |piece| {
            if piece == Piece::Gap {
                read.push('|');
            }
        });
        push(&mut stream, 11, b"ef", &mut read);
        assert_eq!(read, "|ef");
    }

    #[test]
    fn a_long_wait_ends() {
        let (mut stream, mut read) = (Stream::default(), String::new());
        stream.begin(0);
        let large = "x".repeat(MAX_HELD / 4);
        for index in 0..4 {
            push(&mut stream, 10 + index * u32::try_from(large.len()).unwrap(), large.as_bytes(), &mut read);
        }
        assert!(read.starts_with('|') && read.len() == MAX_HELD + 1, "{}", read.len());
        assert_eq!(stream.held_bytes(), 0);
    }

    #[test]
    fn only_what_is_new_counts() {
        let mut stream = Stream::default();
        assert_eq!(stream.count(100, 10), 10);
        assert_eq!(stream.count(100, 10), 0);
        assert_eq!(stream.count(120, 10), 20);
        assert_eq!(stream.count(110, 10), 0);
        assert_eq!(stream.count(125, 10), 5);
        assert_eq!(stream.count(136, 0), 0);
    }

    proptest! {
        #[test]
        fn comes_out_as_it_went_in(
            cuts in proptest::collection::vec((0usize..60, 1usize..20), 0..40),
            first in any::<u32>(),
        ) {
            let text: Vec<u8> = (0..80).map(|index| b'0' + index).collect();
            let (mut stream, mut read) = (Stream::default(), String::new());
            stream.begin(first);
            for (start, length) in cuts {
                let sequence = first.wrapping_add(u32::try_from(start).unwrap());
                push(&mut stream, sequence, &text[start..start + length], &mut read);
            }
            for start in (0..80).step_by(10) {
                let sequence = first.wrapping_add(u32::try_from(start).unwrap());
                push(&mut stream, sequence, &text[start..start + 10], &mut read);
            }
            prop_assert_eq!(read.as_bytes(), &text[..]);
            prop_assert_eq!(stream.held_bytes(), 0);
        }
    }
}
