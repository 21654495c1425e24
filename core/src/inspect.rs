//! What is known of a flow: counters, name, owner, verdict, and the events that tell about it.
//!
//! The relay tells the [`Inspector`] what passed; it knows nothing of how it was relayed, so that a capture
//! can be inspected just as well.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use hashbrown::HashMap;

use crate::event::{
    Close, Counters, Event, FlowId, FlowRecord, Name, Notice, Owner, Provenance, Timestamp, Verdict,
};
use crate::flow::FlowKey;
use crate::limits::{MAX_EVENTS, MAX_QUESTIONS, OWNER_PATIENCE};
use crate::names::NameTable;
use crate::packet::{FiveTuple, Protocol};
use crate::rules::RuleSet;
use crate::sniff::{DatagramSniffer, Direction, DnsMessage, Progress, Sighting, Sniffer, StreamSniffer};

/// What is known of one flow.
pub struct Inspection {
    pub counters: Counters,
    id: FlowId,
    tuple: FiveTuple,
    /// When it began: the wall clock may jump, patience must not.
    opened: Instant,
    start: Timestamp,
    end: Timestamp,
    name: Option<Name>,
    verdict: Verdict,
    owner: Ownership,
    questions: Vec<Arc<str>>,
    sniffer: Option<Box<AnySniffer>>,
    is_changed: bool,
    is_finding_told: bool,
    /// It has run for so long that nothing more is waited for.
    is_overdue: bool,
}

enum AnySniffer {
    Stream(StreamSniffer),
    Datagram(DatagramSniffer),
}

/// What is known of the owner.
enum Ownership {
    Asked,
    /// The first try to find out failed.
    Late,
    Known(Owner),
    Unknown,
}

/// What all inspections share.
pub struct Inspector {
    session: u32,
    asks_owners: bool,
    clock: WallClock,
    rules: RuleSet,
    names: NameTable,
    events: VecDeque<Event>,
    /// Flows whose state has not been told since it changed.
    changed: Vec<FlowKey>,
    ending: Ending,
}

/// The wall clock at some instant, from which all times are counted.
#[derive(Debug, Clone, Copy)]
struct WallClock {
    at: Instant,
    wall: Timestamp,
}

/// Records of flows that ended before their owner was known.
#[derive(Default)]
struct Ending {
    records: HashMap<FlowId, Box<FlowRecord>>,
    deadlines: VecDeque<(Instant, FlowId)>,
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
            events: VecDeque::new(),
            changed: Vec::new(),
            ending: Ending::default(),
        }
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
        Inspection {
            counters: Counters::default(),
            id,
            tuple,
            opened: now,
            start,
            end: start,
            name,
            verdict,
            owner: self.ask(id, tuple),
            questions: Vec::new(),
            sniffer: AnySniffer::for_flow(&tuple).map(Box::new),
            is_changed: true,
            is_finding_told: false,
            is_overdue: false,
        }
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

    /// Ends an inspection.
    pub fn close(&mut self, mut inspection: Inspection, close: Close, now: Instant) {
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

    fn note(&mut self, inspection: &mut Inspection, sighting: Sighting, now: Instant) {
        match sighting {
            Sighting::Name(name) => self.note_name(inspection, name, now),
            Sighting::Dns(message) => self.note_dns(inspection, &message, now),
        }
    }

    fn note_name(&mut self, inspection: &mut Inspection, name: Name, now: Instant) {
        inspection.verdict = self.rules.verdict(Some(&name), inspection.tuple.responder.ip());
        inspection.name = Some(name);
        self.tell_finding(inspection, now);
    }

    fn note_dns(&mut self, inspection: &mut Inspection, message: &DnsMessage, now: Instant) {
        for question in &message.questions {
            if inspection.questions.len() < MAX_QUESTIONS && !inspection.questions.contains(question) {
                inspection.questions.push(Arc::clone(question));
            }
        }
        if message.response {
            self.names.learn(message, Provenance::Dns, now);
        }
    }

    fn tell_finding(&mut self, inspection: &mut Inspection, now: Instant) {
        if !inspection.has_finding_to_tell() || inspection.expects_more() {
            return;
        }
        inspection.is_finding_told = true;
        inspection.end = self.clock.read(now).max(inspection.start);
        self.events.push_back(Event::Finding(Box::new(inspection.record(Close::Open))));
    }

    fn tell_end(&mut self, record: Box<FlowRecord>) {
        if record.finding.is_some() {
            self.events.push_back(Event::Finding(record.clone()));
        }
        self.events.push_back(Event::FlowClosed(record));
    }
}

impl Inspection {
    /// The flow's number in the record.
    pub fn id(&self) -> FlowId {
        self.id
    }

    /// Payload is still of use.
    pub fn is_sniffing(&self) -> bool {
        self.sniffer.is_some()
    }

    /// Bytes of the stream are missing: what was read of it so far does not fit what follows.
    pub fn handle_missing(&mut self) {
        if self.sniffer.is_some() {
            self.sniffer = AnySniffer::for_flow(&self.tuple).map(Box::new);
        }
    }

    /// An answer to who owns the flow is due any moment.
    pub fn is_owner_due(&self) -> bool {
        matches!(self.owner, Ownership::Asked)
    }

    /// Notes that the answer to who owns the flow takes a while.
    pub fn set_owner_late(&mut self) {
        if self.is_owner_due() {
            self.owner = Ownership::Late;
        }
    }

    fn is_owner_awaited(&self) -> bool {
        matches!(self.owner, Ownership::Asked | Ownership::Late)
    }

    fn has_finding_to_tell(&self) -> bool {
        self.verdict.finding.is_some() && !self.is_finding_told
    }

    /// The owner may still be named, or the flow may name itself better than the look-up before it did.
    fn expects_more(&self) -> bool {
        let is_inferred = self.name.as_ref().is_some_and(|name| name.provenance <= Provenance::HttpDns);
        self.is_owner_awaited() || (is_inferred && self.sniffer.is_some() && !self.is_overdue)
    }

    /// Stops to wait for an answer that is overdue.
    fn lose_patience(&mut self, now: Instant) {
        self.is_overdue = now.saturating_duration_since(self.opened) >= OWNER_PATIENCE;
        if self.is_overdue && self.is_owner_awaited() {
            self.owner = Ownership::Unknown;
        }
    }

    fn record(&self, close: Close) -> FlowRecord {
        FlowRecord {
            id: self.id,
            start: self.start,
            end: self.end,
            protocol: self.tuple.protocol,
            originator: self.tuple.originator.into(),
            responder: self.tuple.responder.into(),
            owner: match &self.owner {
                Ownership::Known(owner) => Some(owner.clone()),
                Ownership::Asked | Ownership::Late | Ownership::Unknown => None,
            },
            name: self.name.clone(),
            party: self.verdict.party.clone(),
            country: self.verdict.country.clone(),
            asn: self.verdict.asn,
            finding: self.verdict.finding.clone(),
            expected: self.verdict.expected.clone(),
            questions: self.questions.clone(),
            counters: self.counters,
            close,
        }
    }
}

impl AnySniffer {
    fn for_flow(tuple: &FiveTuple) -> Option<Self> {
        let port = tuple.responder.port();
        match tuple.protocol {
            Protocol::Tcp => Some(Self::Stream(StreamSniffer::new(port))),
            Protocol::Udp => Some(Self::Datagram(DatagramSniffer::new(port))),
            Protocol::Icmp => None,
        }
    }

    fn is_done(&self) -> bool {
        match self {
            Self::Stream(sniffer) => sniffer.is_done(),
            Self::Datagram(sniffer) => sniffer.is_done(),
        }
    }
}

impl Sniffer for AnySniffer {
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress {
        match self {
            Self::Stream(sniffer) => sniffer.push(direction, bytes),
            Self::Datagram(sniffer) => sniffer.push(direction, bytes),
        }
    }
}

impl WallClock {
    fn read(&self, now: Instant) -> Timestamp {
        let elapsed = now.saturating_duration_since(self.at).as_millis();
        Timestamp(self.wall.0.saturating_add(i64::try_from(elapsed).unwrap_or(i64::MAX)))
    }
}

impl Ending {
    fn hold(&mut self, record: Box<FlowRecord>, now: Instant) {
        self.deadlines.push_back((now + OWNER_PATIENCE, record.id));
        self.records.insert(record.id, record);
    }

    fn pop_overdue(&mut self, now: Instant) -> Option<Box<FlowRecord>> {
        while self.deadlines.front().is_some_and(|(deadline, _)| *deadline <= now) {
            let (_, id) = self.deadlines.pop_front()?;
            if let Some(record) = self.records.remove(&id) {
                return Some(record);
            }
        }
        None
    }
}
