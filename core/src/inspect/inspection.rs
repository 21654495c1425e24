//! One flow as far as it is known.

use std::sync::Arc;
use std::time::Instant;

use crate::event::{
    Application, Close, Counters, FlowId, FlowRecord, Hidden, Name, Owner, Timestamp, Tls, Verdict,
};
use crate::limits::OWNER_PATIENCE;
use crate::packet::{FiveTuple, Protocol};
use crate::sniff::{CaptureBudget, DatagramSniffer, Direction, Progress, Sighting, Sniffer, StreamSniffer};

/// What is known of one flow.
pub struct Inspection {
    pub counters: Counters,
    pub(super) id: FlowId,
    pub(super) tuple: FiveTuple,
    /// When it began: the wall clock may jump, patience must not.
    pub(super) opened: Instant,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) name: Option<Name>,
    pub(super) verdict: Verdict,
    pub(super) application: Option<Application>,
    pub(super) tls: Option<Tls>,
    pub(super) hidden: Option<Hidden>,
    pub(super) owner: Ownership,
    pub(super) questions: Vec<Arc<str>>,
    pub(super) sniffer: Option<Box<AnySniffer>>,
    pub(super) is_changed: bool,
    pub(super) is_finding_told: bool,
    /// It has run for so long that nothing more is waited for.
    pub(super) is_overdue: bool,
}

/// What is known of the owner.
pub(super) enum Ownership {
    Asked,
    /// The first try to find out failed.
    Late,
    Known(Owner),
    Unknown,
}

impl Inspection {
    pub(super) fn new(
        id: FlowId,
        tuple: FiveTuple,
        name: Option<Name>,
        verdict: Verdict,
        owner: Ownership,
        start: Timestamp,
        now: Instant,
    ) -> Self {
        Self {
            counters: Counters::default(),
            id,
            tuple,
            opened: now,
            start,
            end: start,
            name,
            verdict,
            application: None,
            tls: None,
            hidden: None,
            owner,
            questions: Vec::new(),
            sniffer: None,
            is_changed: true,
            is_finding_told: false,
            is_overdue: false,
        }
    }

    /// The flow's number in the record.
    pub fn id(&self) -> FlowId {
        self.id
    }

    /// Payload is still of use.
    pub fn is_sniffing(&self) -> bool {
        self.sniffer.is_some()
    }

    /// Reads what passes from the beginning.
    pub(super) fn begin(&mut self, budget: &CaptureBudget) {
        self.sniffer = AnySniffer::for_flow(&self.tuple, budget).map(Box::new);
    }

    /// Reads what follows a gap.
    pub(super) fn begin_anew(&mut self, budget: &CaptureBudget) {
        if self.sniffer.is_some() {
            self.sniffer = AnySniffer::after_gap(&self.tuple, budget).map(Box::new);
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

    pub(super) fn is_owner_awaited(&self) -> bool {
        matches!(self.owner, Ownership::Asked | Ownership::Late)
    }

    pub(super) fn has_finding_to_tell(&self) -> bool {
        self.verdict.finding.is_some() && !self.is_finding_told
    }

    /// The owner may still be named, or the flow may name itself better than the look-up before it did.
    pub(super) fn expects_more(&self) -> bool {
        let is_inferred = self.name.as_ref().is_some_and(|name| !name.provenance.is_of_flow());
        self.is_owner_awaited() || (is_inferred && self.sniffer.is_some() && !self.is_overdue)
    }

    /// Stops to wait for an answer that is overdue.
    pub(super) fn lose_patience(&mut self, now: Instant) {
        self.is_overdue = now.saturating_duration_since(self.opened) >= OWNER_PATIENCE;
        if self.is_overdue && self.is_owner_awaited() {
            self.owner = Ownership::Unknown;
        }
    }

    pub(super) fn record(&self, close: Close) -> FlowRecord {
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
            application: self.application,
            tls: self.tls.clone(),
            hidden: self.hidden,
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

pub(super) enum AnySniffer {
    Stream(StreamSniffer),
    Datagram(DatagramSniffer),
}

impl AnySniffer {
    fn for_flow(tuple: &FiveTuple, budget: &CaptureBudget) -> Option<Self> {
        let port = tuple.responder.port();
        match tuple.protocol {
            Protocol::Tcp => Some(Self::Stream(StreamSniffer::keeping(budget.clone(), port))),
            Protocol::Udp => Some(Self::Datagram(DatagramSniffer::new(port))),
            Protocol::Icmp => None,
        }
    }

    fn after_gap(tuple: &FiveTuple, budget: &CaptureBudget) -> Option<Self> {
        let port = tuple.responder.port();
        match tuple.protocol {
            Protocol::Tcp => Some(Self::Stream(StreamSniffer::after_gap(budget.clone(), port))),
            Protocol::Udp | Protocol::Icmp => Self::for_flow(tuple, budget),
        }
    }

    pub(super) fn is_done(&self) -> bool {
        match self {
            Self::Stream(sniffer) => sniffer.is_done(),
            Self::Datagram(sniffer) => sniffer.is_done(),
        }
    }

    pub(super) fn read_cut(&self, direction: Direction, start: &[u8]) -> Option<Sighting> {
        match self {
            Self::Stream(_) => None,
            Self::Datagram(sniffer) => sniffer.read_cut(direction, start),
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

    fn finish(&mut self) -> Option<Sighting> {
        match self {
            Self::Stream(sniffer) => sniffer.finish(),
            Self::Datagram(sniffer) => sniffer.finish(),
        }
    }
}
