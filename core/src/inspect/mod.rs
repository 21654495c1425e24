//! What is known of a flow: counters, name, owner, verdict, and the events that tell about it.
//!
//! The relay tells the [`Inspector`] what passed; it knows nothing of how it was relayed, so that a capture
//! can be inspected just as well.

mod ending;
mod inspection;
mod notes;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Instant;

use crate::event::{Close, Event, FlowId, FlowRecord, Notice, Owner, Timestamp};
use crate::flow::FlowKey;
use crate::limits::MAX_EVENTS;
use crate::names::NameTable;
use crate::packet::FiveTuple;
use crate::rules::RuleSet;
use crate::sniff::{CaptureBudget, Direction, KeptRequest, Sniffer};

use self::ending::{Ending, WallClock};
use self::inspection::Ownership;

pub use self::inspection::Inspection;

/// What all inspections share.
pub struct Inspector {
    session: u32,
    asks_owners: bool,
    clock: WallClock,
    rules: RuleSet,
    names: NameTable,
    capture: CaptureBudget,
    events: VecDeque<Event>,
    /// Flows whose state has not been told since it changed.
    changed: Vec<FlowKey>,
    ending: Ending,
}

impl Inspector {
    /// `session` numbers the flows; `wall` is the wall clock at `now`. Owners are asked for by
    /// [`Event::OwnerWanted`] only if `asks_owners`.
    pub fn new(session: u32, rules: RuleSet, asks_owners: bool, wall: Timestamp, now: Instant) -> Self {
        Self {
            session,
            asks_owners,
            clock: WallClock { at: now, wall },
            rules,
            names: NameTable::default(),
            capture: CaptureBudget::default(),
            events: VecDeque::new(),
            changed: Vec::new(),
            ending: Ending::default(),
        }
    }

    /// Keeps what flows that are opened from now on send in the clear, and tells it by [`Event::Request`].
    pub fn capture(&mut self, budget: CaptureBudget) {
        self.capture = budget;
    }

    /// Sets the wall clock, which may jump where `now` does not.
    pub fn set_clock(&mut self, wall: Timestamp, now: Instant) {
        self.clock = WallClock { at: now, wall };
    }

    /// Begins to inspect a flow.
    pub fn open(&mut self, key: FlowKey, tuple: FiveTuple, now: Instant) -> Inspection {
        let id = FlowId::new(self.session, key.sequence);
        let start = self.clock.read(now);
        let name = self.names.lookup(tuple.responder.ip(), now);
        let verdict = self.rules.verdict(name.as_ref(), tuple.responder.ip());
        self.changed.push(key);
        let mut inspection = Inspection::new(id, tuple, name, verdict, self.ask(id, tuple), start, now);
        inspection.begin(&self.capture);
        inspection
    }

    /// Notes that something passed, so that the flow's state is told at the next tick.
    pub fn touch(&mut self, key: FlowKey, inspection: &mut Inspection) {
        if !inspection.is_changed {
            inspection.is_changed = true;
            self.changed.push(key);
        }
    }

    /// Reads payload that passes: the bytes of a stream in order, or one whole datagram.
    pub fn sniff(&mut self, inspection: &mut Inspection, direction: Direction, bytes: &[u8], now: Instant) {
        let Some(mut sniffer) = inspection.sniffer.take() else { return };
        sniffer.read(direction, bytes, |sighting| self.note(inspection, sighting, now));
        if !sniffer.is_done() {
            inspection.sniffer = Some(sniffer);
        }
    }

    /// Reads the start of a datagram whose end was not captured.
    pub fn sniff_cut(
        &mut self,
        inspection: &mut Inspection,
        direction: Direction,
        start: &[u8],
        now: Instant,
    ) {
        let sighting = inspection.sniffer.as_ref().and_then(|sniffer| sniffer.read_cut(direction, start));
        if let Some(sighting) = sighting {
            self.note(inspection, sighting, now);
        }
    }

    /// Forgets which names led to which addresses: what follows is of another network.
    pub fn forget_names(&mut self) {
        self.names = NameTable::default();
    }

    /// Takes the answer to [`Event::OwnerWanted`] for a flow that still runs.
    pub fn set_owner(
        &mut self,
        key: FlowKey,
        inspection: &mut Inspection,
        owner: Option<Owner>,
        now: Instant,
    ) {
        inspection.owner = owner.map_or(Ownership::Unknown, Ownership::Known);
        self.touch(key, inspection);
        self.tell_finding(inspection, now);
    }

    /// Takes the answer to [`Event::OwnerWanted`] for a flow that has ended.
    pub fn set_owner_of_ended(&mut self, id: FlowId, owner: Option<Owner>) {
        if let Some(mut record) = self.ending.records.remove(&id) {
            record.owner = owner;
            self.tell_end(record);
        }
    }

    /// Bytes of a stream are missing: what was read of it so far does not fit what follows.
    pub fn handle_missing(&mut self, inspection: &mut Inspection, now: Instant) {
        self.conclude(inspection, now);
        inspection.begin_anew(&self.capture);
    }

    /// Ends an inspection.
    pub fn close(&mut self, mut inspection: Inspection, close: Close, now: Instant) {
        self.conclude(&mut inspection, now);
        inspection.end = self.clock.read(now).max(inspection.start);
        let record = Box::new(inspection.record(close));
        if inspection.is_owner_awaited() {
            self.ending.hold(record, now);
        } else if inspection.is_finding_told {
            self.events.push_back(Event::FlowClosed(record));
        } else {
            self.tell_end(record);
        }
    }

    /// The flows whose state is to be told by [`Self::tell`], now that a tick has come.
    pub fn take_changed(&mut self) -> Vec<FlowKey> {
        std::mem::take(&mut self.changed)
    }

    /// Tells the state of a flow that changed.
    pub fn tell(&mut self, key: FlowKey, inspection: &mut Inspection, now: Instant) {
        inspection.end = self.clock.read(now).max(inspection.start);
        inspection.lose_patience(now);
        self.tell_finding(inspection, now);
        let is_told = self.events.len() < MAX_EVENTS;
        if is_told {
            self.events.push_back(Event::FlowUpdated(Box::new(inspection.record(Close::Open))));
        }
        inspection.is_changed = !is_told || inspection.has_finding_to_tell();
        if inspection.is_changed {
            self.changed.push(key);
        }
    }

    /// Tells of ended flows whose owner nobody named in time.
    pub fn tell_ended(&mut self, now: Instant) {
        while let Some(record) = self.ending.pop_overdue(now) {
            self.tell_end(record);
        }
    }

    /// Whether the next tick will have something to tell.
    pub fn has_changed(&self) -> bool {
        !self.changed.is_empty() || !self.ending.records.is_empty()
    }

    /// Tells something that is not about a flow.
    pub fn notice(&mut self, notice: Notice) {
        self.events.push_back(Event::Notice(notice));
    }

    /// The oldest event that nobody has fetched.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Ends what waits for an owner; for the end of a session.
    pub fn flush(&mut self) {
        for (_, record) in std::mem::take(&mut self.ending).records {
            self.tell_end(record);
        }
    }

    fn ask(&mut self, id: FlowId, tuple: FiveTuple) -> Ownership {
        if !self.asks_owners {
            return Ownership::Unknown;
        }
        self.events.push_back(Event::OwnerWanted { flow: id, tuple });
        Ownership::Asked
    }

    fn tell_finding(&mut self, inspection: &mut Inspection, now: Instant) {
        if !inspection.has_finding_to_tell() || inspection.expects_more() {
            return;
        }
        inspection.is_finding_told = true;
        inspection.end = self.clock.read(now).max(inspection.start);
        self.events.push_back(Event::Finding(Box::new(inspection.record(Close::Open))));
    }

    /// However slow those are who fetch events: the budget bounds how many of these there are.
    fn tell_request(&mut self, inspection: &Inspection, request: Box<KeptRequest>, now: Instant) {
        let (flow, time) = (Box::new(inspection.record(Close::Open)), self.clock.read(now));
        self.events.push_back(Event::Request { flow, time, request });
    }

    fn tell_end(&mut self, record: Box<FlowRecord>) {
        if record.finding.is_some() {
            self.events.push_back(Event::Finding(record.clone()));
        }
        self.events.push_back(Event::FlowClosed(record));
    }
}
