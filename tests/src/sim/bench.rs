//! The machine alone on a bench: a test writes every packet and every answer, and looks at all that comes out.

use std::net::{IpAddr, SocketAddr};

use telltale_core::event::{Event, FlowId, FlowRecord, Owner};
use telltale_core::monitor::{Action, Config, Monitor, Outgoing};
use telltale_core::packet::{FiveTuple, PacketSink};
use telltale_core::rules::RuleSet;
use telltale_core::sniff::{CaptureBudget, CaptureLimits};

use super::{Time, WALL, at, since_start};

/// The tunnel's own resolver, and the real ones behind it.
pub const TUNNEL_DNS: &str = "10.111.222.2:53";
pub const RESOLVERS: [&str; 2] = ["198.51.100.53:53", "198.51.100.54:53"];

/// A machine, and what came out of it since that was last taken.
pub struct Bench {
    pub monitor: Monitor,
    pub now: Time,
    pub packets: Vec<Vec<u8>>,
    pub actions: Vec<Action>,
    /// The datagrams among the actions, with their payload.
    pub sent: Vec<(Outgoing, Vec<u8>)>,
    pub events: Vec<Event>,
}

impl Default for Bench {
    fn default() -> Self {
        Self::new(false)
    }
}

impl Bench {
    /// A machine that asks for owners, or not.
    pub fn new(asks_owners: bool) -> Self {
        let config = Config {
            session: 1,
            seed: 7,
            rules: RuleSet::embedded().expect("the tables that are compiled in"),
            asks_owners,
            tunnel_dns: vec![ip(TUNNEL_DNS)],
            resolvers: RESOLVERS.map(socket).to_vec(),
            capture: CaptureBudget::new(CaptureLimits::default()),
        };
        Self {
            monitor: Monitor::new(config, WALL, at(Time::ZERO)),
            now: Time::ZERO,
            packets: Vec::new(),
            actions: Vec::new(),
            sent: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Gives it a packet from the app and lets it do what follows.
    pub fn packet(&mut self, packet: &[u8]) {
        self.monitor.handle_packet(packet, at(self.now));
        self.settle();
    }

    /// Gives it a datagram that came back for `outgoing`.
    pub fn reply(&mut self, outgoing: &Outgoing, from: SocketAddr, payload: &[u8]) {
        self.monitor.handle_reply(outgoing.association, from, payload, at(self.now));
        self.settle();
    }

    /// Answers [`Event::OwnerWanted`].
    pub fn owner(&mut self, wanted: &(FlowId, FiveTuple), uid: u32) {
        let owner = Owner { uid: Some(uid), ..Owner::default() };
        self.monitor.handle_owner(wanted.0, &wanted.1, Some(owner), at(self.now));
        self.settle();
    }

    /// Lets time pass, with every timeout on the way.
    pub fn pass(&mut self, time: Time) {
        let end = self.now + time;
        while let Some(due) = self.monitor.poll_timeout().map(since_start).filter(|due| *due <= end) {
            assert!(due > self.now, "the next timeout is not in the future");
            self.now = due;
            self.monitor.handle_timeout(at(self.now));
            self.settle();
        }
        self.now = end;
    }

    /// Collects what the machine wants and tells.
    pub fn settle(&mut self) {
        loop {
            while let Some(action) = self.monitor.poll_action() {
                if let Action::Send(outgoing) = &action {
                    self.sent.push((outgoing.clone(), self.monitor.payload(outgoing).to_vec()));
                }
                self.actions.push(action);
            }
            self.monitor.poll_packets(at(self.now), &mut Sink(&mut self.packets));
            if !self.monitor.has_actions() {
                break;
            }
        }
        while let Some(event) = self.monitor.poll_event(at(self.now)) {
            self.events.push(event);
        }
    }

    /// Takes the packets to the app.
    pub fn take_packets(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.packets)
    }

    /// Takes the only packet to the app.
    pub fn take_packet(&mut self) -> Vec<u8> {
        let mut packets = self.take_packets();
        assert_eq!(packets.len(), 1, "one packet to the app");
        packets.remove(0)
    }

    /// Takes the only datagram to the outside.
    pub fn take_sent(&mut self) -> (Outgoing, Vec<u8>) {
        assert_eq!(self.sent.len(), 1, "one datagram to the outside");
        self.sent.remove(0)
    }

    /// Takes what is to be done with sockets, datagrams apart.
    pub fn take_actions(&mut self) -> Vec<Action> {
        let actions = std::mem::take(&mut self.actions);
        actions.into_iter().filter(|action| !matches!(action, Action::Send(_))).collect()
    }

    /// Takes what was told.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Takes the last words on flows, and forgets what else was told.
    pub fn take_records(&mut self) -> Vec<FlowRecord> {
        let closed = self.take_events().into_iter().filter_map(|event| match event {
            Event::FlowClosed(record) => Some(*record),
            Event::Finding(_)
            | Event::FlowUpdated(_)
            | Event::Request { .. }
            | Event::Notice(_)
            | Event::OwnerWanted { .. } => None,
        });
        closed.collect()
    }
}

/// An address and a port.
pub fn socket(text: &str) -> SocketAddr {
    text.parse().expect("an address and a port")
}

/// The address of an address and a port.
pub fn ip(text: &str) -> IpAddr {
    socket(text).ip()
}

struct Sink<'a>(&'a mut Vec<Vec<u8>>);

impl PacketSink for Sink<'_> {
    fn send(&mut self, packet: &[u8]) {
        self.0.push(packet.to_vec());
    }
}
