//! Captures instead of a TUN: frames go in, the events of the flows in them come out, by the same [`Inspector`] and
//! so with the same names, verdicts and records as of flows that are relayed.
//!
//! [`Replay`] is a machine without files: time is that of the capture. Its memory is bounded whatever comes, so a
//! capture may be of any length.

mod clock;
mod connection;
mod flow;
mod link;
mod originator;
mod statistics;
mod stream;
mod tunnel;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

pub use link::LinkType;
pub use statistics::Statistics;

use self::clock::{Clock, Tick};
use self::flow::{Observed, ReplayedFlow, canonical};
use self::link::{Layer, Piece};
use crate::event::{Event, Notice, Timestamp};
use crate::flow::{FlowKey, FlowTable, IdleOrder, Timers};
use crate::inspect::Inspector;
use crate::limits::{MAX_HELD_TOTAL, MAX_REPLAYED_FLOWS};
use crate::packet::{CapturedPacket, CapturedTransport, FiveTuple, Malformed, Reassembled, Reassembler};
use crate::rules::RuleSet;
use crate::sniff::CaptureBudget;
use crate::sniff::Direction;

/// One frame of a capture.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub link: LinkType,
    /// What was captured of it.
    pub bytes: &'a [u8],
    /// Its length when it passed.
    pub original_length: usize,
    /// When it passed, since 1970-01-01 UTC.
    pub time: Duration,
}

/// Frames of this type cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("frames of link type {} cannot be read", .0.0)]
pub struct UnknownLinkType(pub LinkType);

/// The machine.
pub struct Replay {
    clock: Clock,
    flows: FlowTable<ReplayedFlow>,
    idle: IdleOrder,
    timers: Timers,
    reassembler: Reassembler,
    inspector: Inspector,
    /// Bytes that wait for an earlier segment.
    held: usize,
    /// Flows turned away since that was told.
    refused: u64,
    statistics: Statistics,
}

impl Replay {
    /// A machine without flows. `session` numbers the flows; `start` is any instant, from which the capture's own
    /// times are counted.
    pub fn new(session: u32, rules: RuleSet, start: Instant) -> Self {
        Self {
            clock: Clock::new(start),
            flows: FlowTable::default(),
            idle: IdleOrder::default(),
            timers: Timers::default(),
            reassembler: Reassembler::default(),
            inspector: Inspector::new(session, rules, false, Timestamp(0), start),
            held: 0,
            refused: 0,
            statistics: Statistics::default(),
        }
    }

    /// Keeps what flows send in the clear, and tells it by [`Event::Request`].
    pub fn capture(&mut self, budget: CaptureBudget) {
        self.inspector.capture(budget);
    }

    /// What follows is of another file. If it follows in time as well, flows and names go on.
    pub fn begin_file(&mut self) {
        self.clock.begin_file();
    }

    /// Takes the next frame. Whatever it is, it is used or counted.
    ///
    /// # Errors
    /// The link type is not known. Frames of other interfaces may still be read.
    pub fn handle_frame(&mut self, frame: &Frame<'_>) -> Result<(), UnknownLinkType> {
        let layer = frame.link.layer().ok_or(UnknownLinkType(frame.link))?;
        let now = self.advance(frame.time);
        self.handle_timeout(now);
        self.statistics.frames += 1;
        let before = self.statistics.packets;
        self.peel(layer, Piece::frame(frame.bytes, frame.original_length), now);
        self.statistics.without_ip += u64::from(self.statistics.packets == before);
        Ok(())
    }

    /// The next thing to tell whoever watches.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.inspector.poll_event()
    }

    /// The captures are over: tells of every flow that still ran.
    pub fn finish(&mut self) {
        let mut keys = self.flows.keys();
        keys.sort_unstable_by_key(|key| key.sequence);
        keys.into_iter().for_each(|key| self.close(key, false));
        self.tell_refused();
    }

    /// What was counted so far.
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// Number of flows that are being watched.
    pub fn flow_count(&self) -> usize {
        self.flows.len()
    }

    /// The instant of a frame. Instants never go back, wall clocks may.
    fn advance(&mut self, time: Duration) -> Instant {
        match self.clock.advance(time) {
            Tick::On(now) => now,
            Tick::Set { wall, now, is_elsewhere } => {
                if is_elsewhere {
                    self.finish();
                    self.inspector.forget_names();
                    self.reassembler = Reassembler::default();
                }
                self.inspector.set_clock(wall, now);
                now
            }
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        while let Some((at, key)) = self.timers.pop_due(now) {
            let Some(flow) = self.flows.get_mut(key).filter(|flow| flow.timer == Some(at)) else { continue };
            flow.timer = None;
            if flow.deadline() <= now {
                self.close(key, true);
            } else {
                self.watch(key);
            }
        }
    }

    fn peel(&mut self, layer: Layer, piece: Piece<'_>, now: Instant) {
        link::peel(layer, piece, &mut |piece| self.handle_packet(piece, now));
    }

    fn handle_packet(&mut self, piece: Piece<'_>, now: Instant) {
        self.statistics.packets += 1;
        let outcome = CapturedPacket::parse(piece.bytes, piece.bytes.len() + piece.missing)
            .and_then(|packet| self.handle_part(&packet, piece, now));
        self.statistics.malformed += u64::from(outcome.is_err());
    }

    fn handle_part(
        &mut self,
        packet: &CapturedPacket<'_>,
        piece: Piece<'_>,
        now: Instant,
    ) -> Result<(), Malformed> {
        match &packet.fragment {
            None => self.handle_whole(packet, piece, now),
            // What is cut off cannot be put together; the first fragment at least tells whose it is.
            Some(fragment) if packet.is_cut() && fragment.offset == 0 => {
                self.handle_whole(packet, piece, now)
            }
            Some(_) if packet.is_cut() => Ok(()),
            Some(fragment) => match self.reassembler.push(&packet.header, fragment, now)? {
                Some(whole) => self.handle_reassembled(&whole, piece, now),
                None => Ok(()),
            },
        }
    }

    fn handle_reassembled(
        &mut self,
        whole: &Reassembled,
        piece: Piece<'_>,
        now: Instant,
    ) -> Result<(), Malformed> {
        let packet = CapturedPacket::parse(whole.bytes(), whole.bytes().len())?;
        self.handle_whole(&packet, piece, now)
    }

    fn handle_whole(
        &mut self,
        packet: &CapturedPacket<'_>,
        piece: Piece<'_>,
        now: Instant,
    ) -> Result<(), Malformed> {
        self.statistics.cut += u64::from(packet.is_cut());
        let inner = piece.inner(packet.payload, packet.payload_length - packet.payload.len());
        let (source, destination) = (packet.header.source, packet.header.destination);
        match packet.transport()? {
            CapturedTransport::Ip => self.peel(Layer::Ip, inner, now),
            CapturedTransport::Gre => self.peel(Layer::Gre, inner, now),
            CapturedTransport::Tcp { segment, length } => {
                let from = packet.header.source_socket(segment.source_port);
                let to = packet.header.destination_socket(segment.destination_port);
                self.observe(from, to, &Observed::Segment { segment, length }, now);
            }
            CapturedTransport::Udp { datagram, length } => {
                let from = packet.header.source_socket(datagram.source_port);
                let to = packet.header.destination_socket(datagram.destination_port);
                let inner = piece.inner(datagram.payload, length - datagram.payload.len());
                match tunnel::in_datagram([to.port(), from.port()], inner) {
                    Some((layer, inner)) => self.peel(layer, inner, now),
                    None => {
                        let payload = datagram.payload;
                        self.observe(from, to, &Observed::Datagram { payload, length }, now);
                    }
                }
            }
            CapturedTransport::Echo { identifier, is_reply, length } => {
                let port_of = |is_originator| if is_originator { identifier } else { 0 };
                let (from, to) =
                    ((source, port_of(!is_reply)).into(), (destination, port_of(is_reply)).into());
                self.observe(from, to, &Observed::Echo { length }, now);
            }
            CapturedTransport::Unreachable { error, quoted } => {
                if let Some(flow) = self.quoted(quoted) {
                    flow.note_error(error);
                }
            }
            CapturedTransport::Other => self.statistics.other_protocols += 1,
        }
        Ok(())
    }

    /// The flow of a packet that an ICMP error quotes.
    fn quoted(&mut self, quoted: &[u8]) -> Option<&mut ReplayedFlow> {
        let tuple = CapturedPacket::parse(quoted, quoted.len()).ok()?.quoted_tuple()?;
        let key = self.flows.find(&canonical(&tuple))?;
        self.flows.get_mut(key)
    }

    /// Takes note of something that passed `from` one socket `to` another.
    fn observe(&mut self, from: SocketAddr, to: SocketAddr, observed: &Observed<'_>, now: Instant) {
        let tuple = FiveTuple { originator: from, responder: to, protocol: observed.protocol() };
        let Some(key) = self.find_or_open(tuple, observed, now) else { return };
        let Some(flow) = self.flows.get_mut(key) else { return };
        let direction = if flow.tuple.originator == from { Direction::Up } else { Direction::Down };
        let held = flow.held_bytes();
        flow.observe(direction, observed, &mut self.inspector, now);
        self.held = self.held - held + flow.held_bytes();
        if self.held > MAX_HELD_TOTAL {
            self.held -= flow.held_bytes();
            flow.give_up(&mut self.inspector, now);
        }
        if flow.timer.is_none_or(|timer| flow.deadline() < timer) {
            self.watch(key);
        }
    }

    fn find_or_open(&mut self, tuple: FiveTuple, observed: &Observed<'_>, now: Instant) -> Option<FlowKey> {
        if let Some(key) = self.flows.find(&canonical(&tuple)) {
            let flow = self.flows.get(key)?;
            if !flow.is_reopened_by(&tuple, observed) {
                return Some(key);
            }
            self.close(key, false);
        }
        if observed.is_reset() {
            self.statistics.stray_resets += 1;
            return None;
        }
        self.open(originator::orient(tuple, observed.segment()), now)
    }

    fn open(&mut self, tuple: FiveTuple, now: Instant) -> Option<FlowKey> {
        if self.flows.len() >= MAX_REPLAYED_FLOWS {
            self.evict(now)?;
        }
        let inspector = &mut self.inspector;
        let key = self.flows.insert(canonical(&tuple), |key| {
            ReplayedFlow::new(key, tuple, inspector.open(key, tuple, now), now)
        });
        // Nobody looks on while a capture is read, so states between the first and the last are not told.
        drop(inspector.take_changed());
        let flows = &self.flows;
        self.idle.push(key, now);
        self.idle.tidy(flows.len(), |key| flows.get(key).is_some());
        self.timers.tidy(flows.len(), |key, at| flows.get(key).is_some_and(|flow| flow.timer == Some(at)));
        Some(key)
    }

    /// Gives up the flow that has been idle for longest.
    fn evict(&mut self, now: Instant) -> Option<()> {
        let flows = &self.flows;
        match self.idle.pop_idle(now, |key| flows.get(key).map(|flow| flow.last_active)) {
            Some(key) => {
                self.close(key, true);
                Some(())
            }
            None => {
                self.refused += 1;
                None
            }
        }
    }

    fn watch(&mut self, key: FlowKey) {
        if let Some(flow) = self.flows.get_mut(key) {
            self.timers.set(key, flow.deadline(), &mut flow.timer);
        }
    }

    fn close(&mut self, key: FlowKey, is_idle: bool) {
        let Some(mut flow) = self.flows.remove(key) else { return };
        self.held -= flow.held_bytes();
        let (close, last_active) = (flow.close(is_idle), flow.last_active);
        flow.give_up(&mut self.inspector, last_active);
        self.inspector.close(flow.inspection, close, last_active);
    }

    fn tell_refused(&mut self) {
        let refused = std::mem::take(&mut self.refused);
        if refused > 0 {
            self.inspector.notice(Notice::FlowsExhausted { refused });
        }
    }
}

#[cfg(test)]
mod tests;
