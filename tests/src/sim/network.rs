//! Apps, link, machine and servers on one clock.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::time::Instant;

use telltale_core::event::{Event, FlowId, FlowRecord, Owner};
use telltale_core::flow::FlowKey;
use telltale_core::limits::{DOWNLOAD_RING, TICK, UPLOAD_RING};
use telltale_core::monitor::{Action, Config, Monitor, Outgoing};
use telltale_core::packet::{FiveTuple, PacketSink};
use telltale_core::rules::RuleSet;
use telltale_core::sniff::{CaptureBudget, CaptureLimits};

use super::app::{Apps, BUFFER, Plan};
use super::link::{Link, Quality};
use super::remote::{Remote, Script};
use super::{Rng, Time, WALL, at, since_start};

/// Turns in a simulated second that no packet and no socket gave reason for, per flow. Delayed acknowledgements,
/// retransmissions, ticks and trimming take some; a timer that spins takes a thousand.
const TURNS_PER_SECOND: u64 = 150;

/// What is made up of the world outside.
pub trait Outside {
    /// The script of the server at `to`.
    fn script(&mut self, to: SocketAddr) -> Script;

    /// What comes back for a datagram, and from where, after how long.
    fn reply(&mut self, _outgoing: &Outgoing, _payload: &[u8]) -> Option<(Time, SocketAddr, Vec<u8>)> {
        None
    }

    /// When it is known who owns a flow, if ever.
    fn owner(&mut self, _tuple: &FiveTuple) -> Option<(Time, Option<Owner>)> {
        None
    }
}

/// Every server follows the same script.
impl Outside for Script {
    fn script(&mut self, _: SocketAddr) -> Script {
        *self
    }
}

/// The whole.
pub struct Network<O> {
    pub now: Time,
    pub monitor: Monitor,
    pub apps: Apps,
    pub outside: O,
    /// Everything told so far, but not who was asked for.
    pub events: Vec<Event>,
    /// Sockets outside that were closed, with whether by a reset.
    pub closed: Vec<(Remote, bool)>,
    rng: Rng,
    up: Link,
    down: Link,
    remotes: BTreeMap<FlowKey, Remote>,
    /// The first connection with each server. A SYN that was doubled and late makes another, which nobody uses.
    firsts: HashMap<SocketAddr, FlowKey>,
    news: BTreeMap<(Time, u64), News>,
    sent: u64,
    told: BTreeMap<FlowId, Time>,
    /// Since when, and how many turns without any reason but the machine's own timers.
    idle_turns: (Time, u64),
}

enum News {
    Reply(Outgoing, SocketAddr, Vec<u8>),
    Owner(FlowId, FiveTuple, Option<Owner>),
}

impl<O: Outside> Network<O> {
    /// A network in which nothing has happened.
    pub fn new(seed: u64, plans: &[Plan], quality: Quality, outside: O) -> Self {
        let mut rng = Rng::new(seed);
        let config = Config {
            session: 1,
            seed: rng.number(),
            rules: RuleSet::embedded().expect("the tables that are compiled in"),
            asks_owners: true,
            tunnel_dns: vec!["10.111.222.2".parse().expect("an address")],
            resolvers: vec!["198.51.100.53:53".parse().expect("an address")],
            capture: CaptureBudget::new(CaptureLimits::default()),
        };
        Self {
            now: Time::ZERO,
            monitor: Monitor::new(config, WALL, at(Time::ZERO)),
            apps: Apps::new(plans, &mut rng),
            outside,
            events: Vec::new(),
            closed: Vec::new(),
            up: Link::new(quality, rng.fork()),
            down: Link::new(quality, rng.fork()),
            rng,
            remotes: BTreeMap::new(),
            firsts: HashMap::new(),
            news: BTreeMap::new(),
            sent: 0,
            told: BTreeMap::new(),
            idle_turns: (Time::ZERO, 0),
        }
    }

    /// Sends a packet that no client of ours made.
    pub fn send(&mut self, packet: &[u8]) {
        self.up.send(packet, self.now);
    }

    /// Lets time pass until `is_done`, at most until `limit`; says whether it was done.
    pub fn run(&mut self, limit: Time, is_done: impl Fn(&Self) -> bool) -> bool {
        loop {
            self.turn();
            if is_done(self) {
                return true;
            }
            match self.next() {
                Some(next) if next <= limit => self.now = next.max(self.now),
                _ => {
                    self.now = limit;
                    return false;
                }
            }
        }
    }

    /// Every client had its flow, and every flow is over. A client may not know yet, if the last packet was lost.
    pub fn is_over(&self) -> bool {
        let mut clients = self.apps.clients.iter();
        self.monitor.flow_count() == 0 && clients.all(|client| self.firsts.contains_key(&client.plan.to))
    }

    /// The last word on each flow, in the order of their ends.
    pub fn records(&self) -> impl Iterator<Item = &FlowRecord> {
        self.events.iter().filter_map(|event| match event {
            Event::FlowClosed(record) => Some(&**record),
            Event::Finding(_)
            | Event::FlowUpdated(_)
            | Event::Request { .. }
            | Event::Notice(_)
            | Event::OwnerWanted { .. } => None,
        })
    }

    /// Sockets outside that are still open.
    pub fn open(&self) -> impl Iterator<Item = &Remote> {
        self.remotes.values()
    }

    /// Ends the session.
    pub fn finish(&mut self) {
        self.monitor.finish(at(self.now));
        self.tell();
    }

    fn turn(&mut self) {
        let mut has_reason = false;
        for packet in self.apps.turn(self.now) {
            self.up.send(&packet, self.now);
        }
        while let Some(packet) = self.up.receive(self.now) {
            has_reason = true;
            self.monitor.handle_packet(&packet, at(self.now));
        }
        for remote in self.remotes.values_mut() {
            if remote.wake.is_some_and(|wake| wake <= self.now) {
                has_reason = true;
                remote.handle_ready(&mut self.monitor, self.now);
            }
        }
        while let Some(entry) = self.news.first_entry().filter(|entry| entry.key().0 <= self.now) {
            has_reason = true;
            match entry.remove() {
                News::Reply(outgoing, from, payload) => {
                    self.monitor.handle_reply(outgoing.association, from, &payload, at(self.now));
                }
                News::Owner(id, tuple, owner) => {
                    self.monitor.handle_owner(id, &tuple, owner, at(self.now));
                }
            }
        }
        let is_due = self.monitor.poll_timeout().is_some_and(|timeout| timeout <= at(self.now));
        self.monitor.handle_timeout(at(self.now));
        self.settle();
        self.check(is_due && !has_reason);
        while let Some(packet) = self.down.receive(self.now) {
            self.apps.receive(packet);
        }
        for packet in self.apps.turn(self.now) {
            self.up.send(&packet, self.now);
        }
    }

    /// Carries out what the machine wants until it wants nothing more, as the engine does.
    fn settle(&mut self) {
        loop {
            while let Some(action) = self.monitor.poll_action() {
                self.act(action);
            }
            let mut sink = Sink { link: &mut self.down, now: self.now };
            self.monitor.poll_packets(at(self.now), &mut sink);
            if !self.monitor.has_actions() {
                break;
            }
        }
        self.tell();
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Connect { flow, to, .. } => {
                let remote = Remote::new(flow, to, self.outside.script(to), self.rng.fork(), self.now);
                self.firsts.entry(to).or_insert(flow);
                assert!(self.remotes.insert(flow, remote).is_none(), "connected twice");
            }
            Action::Serve(flow) => {
                if let Some(remote) = self.remotes.get_mut(&flow) {
                    remote.serve(&mut self.monitor, self.now);
                }
            }
            Action::Disconnect { flow, reset } => {
                let remote = self.remotes.remove(&flow).expect("a socket to close");
                self.closed.push((remote, reset));
            }
            Action::Send(outgoing) => {
                let payload = self.monitor.payload(&outgoing).to_vec();
                if let Some((after, from, reply)) = self.outside.reply(&outgoing, &payload) {
                    self.announce(after, News::Reply(outgoing, from, reply));
                }
            }
            Action::Dissociate(_) => {}
        }
    }

    fn tell(&mut self) {
        while let Some(event) = self.monitor.poll_event(at(self.now)) {
            match event {
                Event::OwnerWanted { flow, tuple } => {
                    if let Some((after, owner)) = self.outside.owner(&tuple) {
                        self.announce(after, News::Owner(flow, tuple, owner));
                    }
                }
                Event::FlowUpdated(ref record) => {
                    let before = self.told.insert(record.id, self.now);
                    assert!(before.is_none_or(|before| self.now - before >= TICK), "told twice in a tick");
                    self.events.push(event);
                }
                Event::Finding(_) | Event::FlowClosed(_) | Event::Request { .. } | Event::Notice(_) => {
                    self.events.push(event);
                }
            }
        }
    }

    fn announce(&mut self, after: Time, news: News) {
        self.sent += 1;
        self.news.insert((self.now + after, self.sent), news);
    }

    /// What holds whenever the machine has nothing more to do at this time.
    fn check(&mut self, is_idle_turn: bool) {
        assert!(
            self.timeout().is_none_or(|timeout| timeout > self.now),
            "the next timeout is not in the future"
        );
        self.count_turn(is_idle_turn);
        for remote in self.remotes.values().filter(|remote| self.is_first(remote)) {
            let client = self.apps.clients.iter().find(|client| client.plan.to == remote.to);
            let Some(client) = client else { continue };
            assert!(remote.given <= client.read + BUFFER + DOWNLOAD_RING, "too much for the app is buffered");
            assert!(
                client.written <= remote.taken + BUFFER + UPLOAD_RING,
                "too much for the server is buffered"
            );
        }
    }

    /// Whether this is the connection that a client uses.
    pub fn is_first(&self, remote: &Remote) -> bool {
        self.firsts.get(&remote.to) == Some(&remote.key)
    }

    fn count_turn(&mut self, is_idle_turn: bool) {
        let (since, turns) = &mut self.idle_turns;
        if self.now - *since >= Time::from_secs(1) {
            (*since, *turns) = (self.now, 0);
        }
        *turns += u64::from(is_idle_turn);
        let flows = u64::try_from(self.monitor.flow_count()).expect("few flows");
        assert!(*turns <= TURNS_PER_SECOND * (flows + 1), "a timer spins: {turns} turns within a second");
    }

    fn timeout(&self) -> Option<Time> {
        self.monitor.poll_timeout().map(|at: Instant| since_start(at))
    }

    fn next(&mut self) -> Option<Time> {
        let remotes = self.remotes.values().filter_map(|remote| remote.wake).min();
        let news = self.news.first_key_value().map(|((at, _), _)| *at);
        let own = [self.timeout(), self.up.next(), self.down.next(), remotes, news];
        own.into_iter().flatten().chain(self.apps.next(self.now)).min()
    }
}

struct Sink<'a> {
    link: &'a mut Link,
    now: Time,
}

impl PacketSink for Sink<'_> {
    fn send(&mut self, packet: &[u8]) {
        self.link.send(packet, self.now);
    }
}
