//! A captured TCP connection: how far it is, how it ended, and its bytes in order.

use std::time::Duration;

use super::stream::{Piece, Stream};
use crate::event::Close;
use crate::limits::{TCP_HALF_CLOSED_IDLE, TCP_HANDSHAKE, TCP_IDLE, TCP_LINGER};
use crate::packet::TcpSegment;
use crate::sniff::Direction;

/// What the capture showed of a connection so far.
#[derive(Debug, Default)]
pub(super) struct Connection {
    up: Half,
    down: Half,
    /// A SYN of the originator was seen.
    is_opened: bool,
    /// The responder answered, or the originator went on as if it had.
    is_answered: bool,
    ending: Option<Close>,
}

#[derive(Debug, Default)]
struct Half {
    /// The sequence number of its SYN.
    initial: Option<u32>,
    stream: Stream,
    is_finished: bool,
}

impl Connection {
    /// Whether `segment`, which came from the originator of this connection, opens another one with the same ports.
    pub(super) fn is_reopened_by(&self, segment: &TcpSegment<'_>) -> bool {
        segment.is_opening() && self.up.initial != Some(segment.sequence)
    }

    /// Takes note of a segment whose payload was `length` bytes long; says how many of those are new.
    pub(super) fn note(&mut self, direction: Direction, segment: &TcpSegment<'_>, length: usize) -> u64 {
        let (own, other) = self.halves(direction);
        if segment.syn {
            let first = segment.sequence.wrapping_add(1);
            own.initial = Some(segment.sequence);
            own.stream.begin(first);
            if let Some(acknowledged) = segment.acknowledgment {
                other.initial.get_or_insert(acknowledged.wrapping_sub(1));
                other.stream.begin(acknowledged);
            }
        }
        own.is_finished |= segment.fin;
        // Probes of an idle connection carry a byte that was acknowledged before.
        let count = if segment.rst { 0 } else { own.stream.count(first_byte(segment), length) };
        self.advance(direction, segment);
        count
    }

    /// Puts the payload in order and hands out what is next.
    pub(super) fn read(
        &mut self,
        direction: Direction,
        segment: &TcpSegment<'_>,
        length: usize,
        out: &mut impl FnMut(Piece<'_>),
    ) {
        if length > 0 && !segment.rst {
            let (own, _) = self.halves(direction);
            own.stream.push(first_byte(segment), length, segment.payload, out);
        }
    }

    /// Waits no longer for any missing segment of one direction.
    pub(super) fn give_up(&mut self, direction: Direction, out: &mut impl FnMut(Piece<'_>)) {
        let (own, _) = self.halves(direction);
        while own.stream.held_bytes() > 0 {
            own.stream.give_up(out);
        }
    }

    /// Nobody reads any more.
    pub(super) fn forget(&mut self) {
        self.up.stream.forget();
        self.down.stream.forget();
    }

    /// Bytes that wait for an earlier segment.
    pub(super) fn held_bytes(&self) -> usize {
        self.up.stream.held_bytes() + self.down.stream.held_bytes()
    }

    /// How long it may be silent.
    pub(super) fn patience(&self) -> Duration {
        match self.ending {
            Some(_) => TCP_LINGER,
            None if self.up.is_finished || self.down.is_finished => TCP_HALF_CLOSED_IDLE,
            None if self.is_unanswered() => TCP_HANDSHAKE,
            None => TCP_IDLE,
        }
    }

    /// How it ended, if either side said so.
    pub(super) fn ending(&self) -> Option<Close> {
        self.ending
    }

    /// Its beginning was seen.
    pub(super) fn is_opened(&self) -> bool {
        self.is_opened || self.up.initial.is_some()
    }

    /// It was asked for, and nothing more is known.
    pub(super) fn is_unanswered(&self) -> bool {
        self.is_opened && !self.is_answered
    }

    fn advance(&mut self, direction: Direction, segment: &TcpSegment<'_>) {
        let was_unanswered = self.is_unanswered();
        match direction {
            Direction::Up if segment.is_opening() => self.is_opened = true,
            Direction::Up => self.is_answered |= segment.acknowledgment.is_some() && !segment.rst,
            Direction::Down => self.is_answered |= !segment.rst,
        }
        if self.ending.is_some() {
            return;
        }
        if segment.rst {
            let is_refusal = was_unanswered && direction == Direction::Down;
            self.ending = Some(if is_refusal { Close::Refused } else { Close::Reset });
        } else if self.up.is_finished && self.down.is_finished {
            self.ending = Some(Close::Fin);
        }
    }

    fn halves(&mut self, direction: Direction) -> (&mut Half, &mut Half) {
        match direction {
            Direction::Up => (&mut self.up, &mut self.down),
            Direction::Down => (&mut self.down, &mut self.up),
        }
    }
}

/// The number of a segment's first byte: a SYN comes before it.
fn first_byte(segment: &TcpSegment<'_>) -> u32 {
    segment.sequence.wrapping_add(u32::from(segment.syn))
}
