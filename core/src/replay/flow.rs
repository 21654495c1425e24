//! A flow that a capture shows.

use std::time::{Duration, Instant};

use super::connection::Connection;
use super::stream::Piece;
use crate::event::Close;
use crate::flow::{FlowKey, Keyed, datagram_patience};
use crate::inspect::{Inspection, Inspector};
use crate::packet::{FiveTuple, IcmpError, Protocol, TcpSegment};
use crate::sniff::Direction;

const DNS_PORT: u16 = 53;
/// A record of type handshake, major version 3.
const TLS_HANDSHAKE: &[u8] = &[22, 3];

/// One flow.
pub(super) struct ReplayedFlow {
    key: FlowKey,
    pub(super) tuple: FiveTuple,
    pub(super) last_active: Instant,
    pub(super) inspection: Inspection,
    /// When it is looked at again.
    pub(super) timer: Option<Instant>,
    connection: Option<Box<Connection>>,
    /// The first bytes of the responder that were captured are those of a TLS server's handshake.
    begins_with_handshake: bool,
    /// What an ICMP error said of it.
    error: Option<Close>,
}

/// Something of a flow that passed; lengths are those when it passed, payloads as far as they were captured.
#[derive(Debug)]
pub(super) enum Observed<'a> {
    Segment { segment: TcpSegment<'a>, length: usize },
    Datagram { payload: &'a [u8], length: usize },
    Echo { length: usize },
}

/// The same for both directions of a flow.
pub(super) fn canonical(tuple: &FiveTuple) -> FiveTuple {
    let (first, second) = (tuple.originator.min(tuple.responder), tuple.originator.max(tuple.responder));
    FiveTuple { originator: first, responder: second, protocol: tuple.protocol }
}

impl Keyed for ReplayedFlow {
    fn key(&self) -> FlowKey {
        self.key
    }

    fn tuple(&self) -> FiveTuple {
        canonical(&self.tuple)
    }
}

impl<'a> Observed<'a> {
    pub(super) fn protocol(&self) -> Protocol {
        match self {
            Self::Segment { .. } => Protocol::Tcp,
            Self::Datagram { .. } => Protocol::Udp,
            Self::Echo { .. } => Protocol::Icmp,
        }
    }

    pub(super) fn segment(&self) -> Option<&TcpSegment<'a>> {
        match self {
            Self::Segment { segment, .. } => Some(segment),
            Self::Datagram { .. } | Self::Echo { .. } => None,
        }
    }

    pub(super) fn is_reset(&self) -> bool {
        self.segment().is_some_and(|segment| segment.rst)
    }
}

impl ReplayedFlow {
    pub(super) fn new(key: FlowKey, tuple: FiveTuple, inspection: Inspection, now: Instant) -> Self {
        let connection = (tuple.protocol == Protocol::Tcp).then(Box::default);
        Self {
            key,
            tuple,
            last_active: now,
            inspection,
            timer: None,
            connection,
            begins_with_handshake: false,
            error: None,
        }
    }

    /// Whether `observed`, sent as `sent` says, is the beginning of another flow with the same ports.
    pub(super) fn is_reopened_by(&self, sent: &FiveTuple, observed: &Observed<'_>) -> bool {
        let (Some(segment), Some(connection)) = (observed.segment(), &self.connection) else { return false };
        if self.tuple == *sent { connection.is_reopened_by(segment) } else { segment.is_opening() }
    }

    /// Takes note of what passed.
    pub(super) fn observe(
        &mut self,
        direction: Direction,
        observed: &Observed<'_>,
        inspector: &mut Inspector,
        now: Instant,
    ) {
        self.last_active = now;
        let length = match observed {
            Observed::Segment { segment, length } => {
                let new = self.connection.as_mut().map_or(0, |tcp| tcp.note(direction, segment, *length));
                self.note_late_start(inspector, now);
                self.read(direction, segment, *length, inspector, now);
                new
            }
            Observed::Datagram { payload, length } => {
                let inspection = &mut self.inspection;
                if payload.len() == *length {
                    inspector.sniff(inspection, direction, payload, now);
                } else {
                    inspector.sniff_cut(inspection, direction, payload, now);
                }
                *length as u64
            }
            Observed::Echo { length } => *length as u64,
        };
        self.count(direction, length);
    }

    /// An ICMP error says that its responder cannot be reached. What others say of a flow that runs is no end of it.
    pub(super) fn note_error(&mut self, error: IcmpError) {
        self.error = error.close(self.tuple.responder.ip()).or(self.error);
    }

    /// When it is given up if nothing passes.
    pub(super) fn deadline(&self) -> Instant {
        self.last_active + self.patience()
    }

    /// How it ended, now that it did: because nothing passed for long, or with the capture.
    pub(super) fn close(&self, is_idle: bool) -> Close {
        let ending = self.connection.as_ref().and_then(|tcp| tcp.ending());
        if let Some(ending) = ending {
            return ending;
        }
        match (self.error.filter(|_| self.is_unanswered()), is_idle) {
            (Some(error), _) => error,
            (None, true) if self.connection.as_ref().is_some_and(|tcp| tcp.is_unanswered()) => Close::Timeout,
            (None, true) => Close::Idle,
            (None, false) => Close::Open,
        }
    }

    /// Waits no longer for segments that are missing.
    pub(super) fn give_up(&mut self, inspector: &mut Inspector, now: Instant) {
        let Some(connection) = &mut self.connection else { return };
        for direction in [Direction::Up, Direction::Down] {
            let inspection = &mut self.inspection;
            connection.give_up(direction, &mut |piece| sniff(inspector, inspection, direction, &piece, now));
        }
    }

    /// Bytes that wait for an earlier segment.
    pub(super) fn held_bytes(&self) -> usize {
        self.connection.as_ref().map_or(0, |tcp| tcp.held_bytes())
    }

    /// Bytes are put in order only while somebody reads them.
    fn read(
        &mut self,
        direction: Direction,
        segment: &TcpSegment<'_>,
        length: usize,
        inspector: &mut Inspector,
        now: Instant,
    ) {
        if direction == Direction::Down && self.inspection.counters.bytes_down == 0 {
            self.begins_with_handshake = segment.payload.starts_with(TLS_HANDSHAKE);
        }
        let is_amid_an_answer = direction == Direction::Down && self.has_begun_with_an_answer();
        if is_amid_an_answer {
            return self.read_amid_an_answer(segment, inspector, now);
        }
        let Some(connection) = &mut self.connection else { return };
        if self.inspection.is_sniffing() {
            let inspection = &mut self.inspection;
            let mut read = |piece: Piece<'_>| sniff(inspector, inspection, direction, &piece, now);
            connection.read(direction, segment, length, &mut read);
        }
        if !self.inspection.is_sniffing() {
            connection.forget();
        }
    }

    /// The capture may have begun in the middle of the connection, as if there had been a gap.
    fn note_late_start(&mut self, inspector: &mut Inspector, now: Instant) {
        let counters = &self.inspection.counters;
        let is_first = counters.packets_up + counters.packets_down == 0;
        if is_first && !self.connection.as_ref().is_some_and(|tcp| tcp.is_opened()) {
            inspector.handle_missing(&mut self.inspection, now);
        }
    }

    /// The first segment may be a greeting, or begin an answer, which tell the protocol.
    fn read_amid_an_answer(&mut self, segment: &TcpSegment<'_>, inspector: &mut Inspector, now: Instant) {
        if self.inspection.counters.packets_down == 0 {
            inspector.sniff(&mut self.inspection, Direction::Down, segment.payload, now);
            inspector.handle_missing(&mut self.inspection, now);
        }
    }

    /// The capture began in the middle of an answer: what comes of it says little, and would use up the patience of
    /// whoever waits for the next request. Answers of name servers do say something, and so does the handshake of a
    /// TLS server.
    fn has_begun_with_an_answer(&self) -> bool {
        if self.begins_with_handshake {
            return false;
        }
        let is_opened = self.connection.as_ref().is_some_and(|tcp| tcp.is_opened());
        !is_opened && self.inspection.counters.bytes_up == 0 && self.tuple.responder.port() != DNS_PORT
    }

    fn count(&mut self, direction: Direction, length: u64) {
        let counters = &mut self.inspection.counters;
        let (bytes, packets) = match direction {
            Direction::Up => (&mut counters.bytes_up, &mut counters.packets_up),
            Direction::Down => (&mut counters.bytes_down, &mut counters.packets_down),
        };
        *bytes += length;
        *packets += 1;
    }

    fn patience(&self) -> Duration {
        match &self.connection {
            Some(connection) => connection.patience(),
            None => datagram_patience(&self.tuple),
        }
    }

    fn is_unanswered(&self) -> bool {
        match &self.connection {
            Some(connection) => connection.is_unanswered(),
            None => self.inspection.counters.packets_down == 0,
        }
    }
}

fn sniff(
    inspector: &mut Inspector,
    inspection: &mut Inspection,
    direction: Direction,
    piece: &Piece<'_>,
    now: Instant,
) {
    match piece {
        Piece::Bytes(bytes) => inspector.sniff(inspection, direction, bytes, now),
        Piece::Gap => inspector.handle_missing(inspection, now),
    }
}
