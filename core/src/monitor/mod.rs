//! The machine: packets and answers go in, packets, actions and events come out. It reads no clock, file or
//! socket, and only dispatches to the modules that do the work.
//!
//! After each batch of input the caller carries out every [`Monitor::poll_action`], then fetches
//! [`Monitor::poll_packets`] and [`Monitor::poll_event`], and calls [`Monitor::handle_timeout`] no later than
//! [`Monitor::poll_timeout`].

mod action;
mod associations;
mod datagrams;
mod resolvers;
mod statistics;
mod tcp;

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

pub use action::{Action, Download, Outgoing, RemoteError, Upload};
pub use statistics::Statistics;

use self::associations::Associations;
use self::resolvers::Resolvers;
use crate::event::{Close, Event, FlowId, Notice, Owner, Timestamp};
use crate::flow::{Flow, FlowKey, FlowTable, IdleOrder, Kind, Timers};
use crate::inspect::Inspector;
use crate::limits::{MAX_FLOWS, TICK, TRIM_AFTER};
use crate::packet::{
    FiveTuple, Fragment, IcmpError, IpHeader, IpPacket, Malformed, PacketQueue, PacketSink, Reassembler,
    Transport, compose, not_relayed,
};
use crate::rules::RuleSet;
use crate::sniff::CaptureBudget;
use crate::stack::TcpStack;

/// What a monitor is made of and told at the start.
pub struct Config {
    /// Number of this session in the record; flows are numbered within it.
    pub session: u32,
    /// Unpredictable, from the system.
    pub seed: u64,
    pub rules: RuleSet,
    /// Ask for the owner of each flow.
    pub asks_owners: bool,
    /// Addresses of the tunnel itself at which apps find a resolver.
    pub tunnel_dns: Vec<IpAddr>,
    /// The real resolvers behind them, in their order; the list is gone through again where it is shorter.
    pub resolvers: Vec<SocketAddr>,
    /// How much is kept of what flows send in the clear.
    pub capture: CaptureBudget,
}

/// The machine.
pub struct Monitor {
    resolvers: Resolvers,
    flows: FlowTable,
    idle: IdleOrder,
    stack_timers: Timers,
    idle_timers: Timers,
    tick: Option<Instant>,
    stack: TcpStack,
    reassembler: Reassembler,
    associations: Associations,
    inspector: Inspector,
    /// Bytes that wait in rings towards either side.
    buffered: usize,
    /// Packets to the app that no socket of the stack sends.
    replies: PacketQueue,
    /// TCP flows to be served, then those whose packets are to be fetched.
    served: VecDeque<FlowKey>,
    sending: Vec<FlowKey>,
    actions: VecDeque<Action>,
    /// Payload of the datagrams among the actions.
    outbox: Vec<u8>,
    statistics: Statistics,
    refused: Refused,
}

/// A flow whose patience shrank may be overdue already: it is given up at the next turn, not in this one.
const OVERDUE: Duration = Duration::from_millis(1);

/// Flows turned away, and what was said of it.
#[derive(Default)]
struct Refused {
    for_descriptors: u64,
    for_flows: u64,
}

impl Monitor {
    /// A machine without flows. `wall` is the wall clock at `now`.
    pub fn new(config: Config, wall: Timestamp, now: Instant) -> Self {
        let mut inspector = Inspector::new(config.session, config.rules, config.asks_owners, wall, now);
        inspector.capture(config.capture);
        Self {
            resolvers: Resolvers::new(config.tunnel_dns, config.resolvers),
            flows: FlowTable::default(),
            idle: IdleOrder::default(),
            stack_timers: Timers::default(),
            idle_timers: Timers::default(),
            tick: None,
            stack: TcpStack::new(config.seed, now),
            reassembler: Reassembler::default(),
            associations: Associations::default(),
            inspector,
            buffered: 0,
            replies: PacketQueue::default(),
            served: VecDeque::new(),
            sending: Vec::new(),
            actions: VecDeque::new(),
            outbox: Vec::new(),
            statistics: Statistics::default(),
            refused: Refused::default(),
        }
    }

    /// Takes one packet from the app. Whatever it is, it is served, answered or counted.
    pub fn handle_packet(&mut self, bytes: &[u8], now: Instant) {
        match IpPacket::parse(bytes) {
            Ok(packet) => self.dispatch(&packet, now),
            Err(reason) => self.statistics.count_malformed(reason),
        }
    }

    /// Takes the answer to [`Event::OwnerWanted`]; `None` if nobody could tell.
    pub fn handle_owner(&mut self, id: FlowId, tuple: &FiveTuple, owner: Option<Owner>, now: Instant) {
        let flow = self.flows.find(tuple).and_then(|key| self.flows.get_mut(key));
        match flow.filter(|flow| flow.inspection.id() == id) {
            Some(flow) => {
                let key = flow.key;
                self.inspector.set_owner(key, &mut flow.inspection, owner, now);
                self.accept_held(key, now);
            }
            None => self.inspector.set_owner_of_ended(id, owner),
        }
    }

    /// The answer to [`Event::OwnerWanted`] will take a while: the app is not to wait for it.
    pub fn handle_owner_late(&mut self, tuple: &FiveTuple, now: Instant) {
        if let Some(flow) = self.flows.find(tuple).and_then(|key| self.flows.get_mut(key)) {
            let key = flow.key;
            flow.inspection.set_owner_late();
            self.accept_held(key, now);
        }
    }

    /// Takes new resolvers for the tunnel's own addresses; look-ups under way go on as they are.
    pub fn set_resolvers(&mut self, resolvers: Vec<SocketAddr>) {
        self.resolvers.set(resolvers);
    }

    /// Sets the wall clock: call it now and then, for it may jump where `now` does not.
    pub fn set_clock(&mut self, wall: Timestamp, now: Instant) {
        self.inspector.set_clock(wall, now);
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((at, key)) = self.stack_timers.pop_due(now) {
            let Some(flow) = self.flows.get_mut(key).filter(|flow| flow.stack_timer == Some(at)) else {
                continue;
            };
            flow.stack_timer = None;
            self.sending.push(key);
            self.accept_held(key, now);
        }
        while let Some((at, key)) = self.idle_timers.pop_due(now) {
            let Some(flow) = self.flows.get_mut(key).filter(|flow| flow.idle_timer == Some(at)) else {
                continue;
            };
            flow.idle_timer = None;
            self.handle_idle(key, now);
        }
        if self.tick.is_some_and(|tick| tick <= now) {
            self.tick = None;
            self.handle_tick(now);
        }
        self.skip_timers();
    }

    /// When to call [`Self::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Instant> {
        [self.stack_timers.next(), self.idle_timers.next(), self.tick].into_iter().flatten().min()
    }

    /// The next thing that someone with sockets has to do.
    pub fn poll_action(&mut self) -> Option<Action> {
        if let Some(action) = self.actions.pop_front() {
            return Some(action);
        }
        while let Some(key) = self.served.pop_front() {
            let Some(flow) = self.flows.get_mut(key) else { continue };
            flow.is_queued = false;
            self.sending.push(key);
            return Some(Action::Serve(key));
        }
        self.outbox.clear();
        None
    }

    /// Whether [`Self::poll_action`] has something.
    pub fn has_actions(&self) -> bool {
        !self.actions.is_empty() || !self.served.is_empty()
    }

    /// The payload of a datagram action, until the next [`Self::poll_action`] that answers `None`.
    pub fn payload(&self, outgoing: &Outgoing) -> &[u8] {
        &self.outbox[outgoing.payload.clone()]
    }

    /// Gives `sink` every packet that is ready for the app.
    pub fn poll_packets(&mut self, now: Instant, sink: &mut dyn PacketSink) {
        self.replies.drain_into(sink);
        let mut sending = std::mem::take(&mut self.sending);
        for key in sending.drain(..) {
            self.transmit(key, now, sink);
        }
        sending.append(&mut self.sending);
        self.sending = sending;
        self.replies.drain_into(sink);
    }

    /// The next thing to tell whoever watches.
    pub fn poll_event(&mut self, now: Instant) -> Option<Event> {
        if self.inspector.has_changed() {
            self.schedule_tick(now);
        }
        self.inspector.poll_event()
    }

    /// Ends the session: tells the state of every flow, still open.
    pub fn finish(&mut self, now: Instant) {
        for key in self.flows.keys() {
            if let Some(flow) = self.flows.remove(key) {
                self.inspector.close(flow.inspection, flow.error.unwrap_or(Close::Open), now);
            }
        }
        self.inspector.flush();
    }

    /// What was counted so far.
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// No byte waits for either side.
    pub fn is_empty_handed(&self) -> bool {
        self.buffered == 0
    }

    /// Number of flows that are being relayed.
    pub fn flow_count(&self) -> usize {
        self.flows.len()
    }

    fn dispatch(&mut self, packet: &IpPacket<'_>, now: Instant) {
        let header = &packet.header;
        if let Some(reason) = not_relayed(header.destination).or_else(|| not_relayed(header.source)) {
            self.statistics.count_not_relayed(reason);
            return;
        }
        if let Transport::Fragment(fragment) = &packet.transport {
            let outcome = self.handle_fragment(header, fragment, now);
            outcome.unwrap_or_else(|reason| self.statistics.count_malformed(reason));
        } else {
            self.dispatch_whole(packet, now);
        }
    }

    fn handle_fragment(
        &mut self,
        header: &IpHeader,
        fragment: &Fragment<'_>,
        now: Instant,
    ) -> Result<(), Malformed> {
        if let Some(whole) = self.reassembler.push(header, fragment, now)? {
            self.dispatch_whole(&whole.packet()?, now);
        }
        Ok(())
    }

    fn dispatch_whole(&mut self, packet: &IpPacket<'_>, now: Instant) {
        match &packet.transport {
            Transport::Tcp(segment) => self.handle_segment(packet, segment, now),
            Transport::Udp(datagram) => self.handle_datagram(packet, datagram, now),
            Transport::Echo(echo) => self.handle_echo(packet, echo, now),
            Transport::OtherIcmp => self.statistics.other_icmp += 1,
            Transport::Unsupported { field_at, .. } => self.refuse_protocol(packet, *field_at),
            // A fragment within a fragment; nobody sends that in good faith.
            Transport::Fragment(_) => self.statistics.count_malformed(Malformed::Fragments),
        }
    }

    fn refuse_protocol(&mut self, packet: &IpPacket<'_>, field_at: u32) {
        self.statistics.unsupported_protocol += 1;
        let error = IcmpError::protocol_unreachable(packet.header.destination, field_at);
        self.send_error(&packet.header, error, packet.bytes);
    }

    /// Tells the app that `quoted`, which it sent, did not arrive.
    fn send_error(&mut self, header: &IpHeader, error: IcmpError, quoted: &[u8]) {
        self.replies.push_with(|out| {
            compose::icmp_error(out, header.destination, header.source, error, quoted);
        });
    }

    /// Opens a flow, unless there is no room for it.
    fn open(&mut self, tuple: FiveTuple, kind: Kind, now: Instant) -> Option<FlowKey> {
        self.make_room(now)?;
        let remote = self.resolvers.behind(tuple.responder);
        let inspector = &mut self.inspector;
        let key = self.flows.insert(tuple, |key| Flow {
            key,
            tuple,
            remote,
            last_active: now,
            kind,
            inspection: inspector.open(key, tuple, now),
            stack_timer: None,
            idle_timer: None,
            is_queued: false,
            error: None,
        });
        self.idle.push(key, now);
        self.watch_idle(key, now);
        self.tidy();
        Some(key)
    }

    fn make_room(&mut self, now: Instant) -> Option<()> {
        if self.flows.len() < MAX_FLOWS || self.evict(now) {
            return Some(());
        }
        self.refused.for_flows += 1;
        self.statistics.refused += 1;
        self.schedule_tick(now);
        None
    }

    /// Gives up the flow that has been idle for longest, if any has been so for a while.
    fn evict(&mut self, now: Instant) -> bool {
        let flows = &self.flows;
        let Some(key) = self.idle.pop_idle(now, |key| flows.get(key).map(|flow| flow.last_active)) else {
            return false;
        };
        self.give_up(key, now);
        true
    }

    /// Counts a flow that found neither a descriptor nor an idle flow to take one from.
    fn refuse_for_descriptors(&mut self, now: Instant) {
        self.refused.for_descriptors += 1;
        self.statistics.refused += 1;
        self.schedule_tick(now);
    }

    /// Ends an idle flow; a TCP app hears of it.
    fn give_up(&mut self, key: FlowKey, now: Instant) {
        self.statistics.idled_out += 1;
        self.reset_app(key, now);
        let error = self.flows.get_mut(key).and_then(|flow| flow.error);
        self.close(key, error.unwrap_or(Close::Idle), now);
    }

    /// Looks at the flow again when it may have idled out, or when its memory can be given back.
    fn watch_idle(&mut self, key: FlowKey, now: Instant) {
        if let Some(flow) = self.flows.get_mut(key) {
            let at = match flow.trim_at() {
                Some(at) => at.max(now + TRIM_AFTER / 2),
                None => flow.deadline().max(now + OVERDUE),
            };
            self.idle_timers.set(key, at, &mut flow.idle_timer);
        }
    }

    fn schedule_tick(&mut self, now: Instant) {
        self.tick.get_or_insert(now + TICK);
    }

    /// A flow that is gone, or wants to be woken at another time, is no reason to wake up.
    fn skip_timers(&mut self) {
        let flows = &self.flows;
        self.stack_timers.skip(|key, at| flows.get(key).is_some_and(|flow| flow.stack_timer == Some(at)));
        self.idle_timers.skip(|key, at| flows.get(key).is_some_and(|flow| flow.idle_timer == Some(at)));
    }

    fn tidy(&mut self) {
        let flows = &self.flows;
        self.idle.tidy(flows.len(), |key| flows.get(key).is_some());
        let is_set = |key, at| flows.get(key).is_some_and(|flow| flow.stack_timer == Some(at));
        self.stack_timers.tidy(flows.len(), is_set);
        let is_set = |key, at| flows.get(key).is_some_and(|flow| flow.idle_timer == Some(at));
        self.idle_timers.tidy(flows.len(), is_set);
    }

    fn handle_idle(&mut self, key: FlowKey, now: Instant) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        if flow.deadline() <= now {
            self.give_up(key, now);
            return;
        }
        self.trim(key, now);
        self.watch_idle(key, now);
    }

    fn handle_tick(&mut self, now: Instant) {
        for key in self.inspector.take_changed() {
            if let Some(flow) = self.flows.get_mut(key) {
                self.inspector.tell(key, &mut flow.inspection, now);
            }
        }
        self.inspector.tell_ended(now);
        self.tell_refused();
        self.tidy();
    }

    fn tell_refused(&mut self) {
        let refused = std::mem::take(&mut self.refused.for_flows);
        if refused > 0 {
            self.inspector.notice(Notice::FlowsExhausted { refused });
        }
        let refused = std::mem::take(&mut self.refused.for_descriptors);
        if refused > 0 {
            self.inspector.notice(Notice::DescriptorsExhausted { refused });
        }
    }

    /// Takes a flow out of the tables; the sockets behind it are closed by actions.
    fn close(&mut self, key: FlowKey, close: Close, now: Instant) {
        let Some(flow) = self.flows.remove(key) else { return };
        match flow.kind {
            Kind::Tcp(tcp) => self.release_tcp(key, tcp, close),
            Kind::Datagrams(association) => {
                if self.associations.leave(association) {
                    self.actions.push_back(Action::Dissociate(association));
                }
            }
        }
        self.inspector.close(flow.inspection, close, now);
    }
}
