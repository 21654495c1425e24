//! The data-plane thread: waits, reads, lets the monitor think, acts.

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use nix::sys::eventfd::EventFd;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, Event as EpollEvent, EventData, EventFlags};

use super::owners::Owners;
use super::relay::datagrams::{self, DatagramSocket};
use super::relay::tcp::{Connecting, TcpRemote};
use super::relay::{SocketFactory, exhausted, is_exhausted};
use super::token::{Family, Token};
use super::tun::Tun;
use super::{Command, Config, EngineError, Observer, clock};
use crate::event::Event;
use crate::flow::{AssociationKey, FlowKey};
use crate::limits::{MAX_PACKET, TUN_BATCH};
use crate::monitor::{self, Action, Monitor, Outgoing, RemoteError, Statistics};
use crate::packet::PacketSink;
use crate::sniff::CaptureBudget;

/// Events taken from the kernel at once.
const EPOLL_BATCH: usize = 256;

/// The wall clock is compared this often; a jump (or a suspended machine) shows in the record no later.
const CLOCK_INTERVAL: Duration = Duration::from_secs(10);

/// An app that has ended says nothing more for so long.
const QUIET: Duration = Duration::from_millis(30);

pub(super) struct EventLoop {
    epoll: rustix::fd::OwnedFd,
    tun: Tun,
    waker: Arc<EventFd>,
    inbox: Receiver<Command>,
    monitor: Monitor,
    sockets: Box<dyn SocketFactory>,
    observer: Box<dyn Observer>,
    owners: Option<Owners>,
    /// By index of the flow's key.
    remotes: Vec<Option<TcpRemote>>,
    /// By index of the association's key, IPv4 and IPv6.
    datagrams: Vec<[Option<DatagramSocket>; 2]>,
    packet: Box<[u8]>,
    clock_set: Instant,
    /// Sockets that may still be opened.
    descriptors_left: u64,
    are_descriptors_short: bool,
    /// Stop when nothing is left to send, but no later.
    drain_until: Option<Instant>,
    /// While it is drained: since when every byte has left.
    empty_since: Option<Instant>,
    last_packet: Instant,
    is_stopping: bool,
}

/// Writes to the TUN. A packet that the kernel does not take is lost, as on any link.
struct TunSink<'a>(&'a Tun);

impl PacketSink for TunSink<'_> {
    fn send(&mut self, packet: &[u8]) {
        if let Err(error) = self.0.send(packet) {
            log::debug!("TUN took no packet of {} bytes: {error}", packet.len());
        }
    }
}

impl EventLoop {
    pub(super) fn new(
        tun: Tun,
        config: Config,
        observer: Box<dyn Observer>,
        (commands, inbox): (Sender<Command>, Receiver<Command>),
        waker: Arc<EventFd>,
    ) -> io::Result<Self> {
        let machine = monitor::Config {
            session: config.session,
            seed: getrandom::u64().map_err(io::Error::other)?,
            rules: config.rules,
            asks_owners: config.owners.is_some(),
            tunnel_dns: config.tunnel_dns,
            resolvers: config.resolvers,
            capture: CaptureBudget::new(config.capture),
        };
        let monitor = Monitor::new(machine, clock::wall_clock(), clock::now());
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        watch(&epoll, &tun, Token::Tun, EventFlags::IN)?;
        watch(&epoll, &*waker, Token::Waker, EventFlags::IN)?;
        let owners = config.owners.map(|lookup| Owners::start(lookup, commands, Arc::clone(&waker)));
        Ok(Self {
            epoll,
            tun,
            waker,
            inbox,
            monitor,
            sockets: config.sockets,
            observer,
            owners: owners.transpose()?,
            remotes: Vec::new(),
            datagrams: Vec::new(),
            packet: vec![0; MAX_PACKET + 1].into_boxed_slice(),
            clock_set: clock::now(),
            descriptors_left: config.descriptors,
            are_descriptors_short: false,
            drain_until: None,
            empty_since: None,
            last_packet: clock::now(),
            is_stopping: false,
        })
    }

    /// Runs until told to stop.
    ///
    /// # Errors
    /// When the TUN is gone.
    pub(super) fn run(&mut self) -> Result<Statistics, EngineError> {
        let mut events = Vec::with_capacity(EPOLL_BATCH);
        let mut result = Ok(());
        while !self.is_stopping && result.is_ok() {
            result = self.turn(&mut events);
        }
        let now = clock::now();
        self.monitor.finish(now);
        self.tell(now);
        result.map(|()| self.monitor.statistics().clone()).map_err(EngineError::TunClosed)
    }

    fn turn(&mut self, events: &mut Vec<EpollEvent>) -> io::Result<()> {
        self.wait(events)?;
        let now = clock::now();
        for event in events.drain(..) {
            let flags = event.flags;
            match Token::unpack(event.data.u64()) {
                Some(Token::Tun) => self.read_tun(now)?,
                Some(Token::Waker) => self.take_commands(now),
                Some(Token::Tcp(key)) => self.tcp_event(key, flags, now),
                Some(Token::Datagrams(key, family)) => self.datagram_event(key, family, flags, now),
                None => {}
            }
        }
        self.monitor.handle_timeout(now);
        self.settle(now);
        self.set_clock(now);
        if let Some(until) = self.drain_until {
            self.is_stopping |= self.is_drained(now) || now >= until;
        }
        Ok(())
    }

    /// An app whose window was closed sends on only after the bytes before have left.
    fn is_drained(&mut self, now: Instant) -> bool {
        if !self.monitor.is_empty_handed() {
            self.empty_since = None;
            return false;
        }
        let quiet_since = self.last_packet.max(*self.empty_since.get_or_insert(now));
        now.saturating_duration_since(quiet_since) >= QUIET
    }

    fn wait(&mut self, events: &mut Vec<EpollEvent>) -> io::Result<()> {
        let left = self.monitor.poll_timeout().map(|at| at.saturating_duration_since(clock::now()));
        let left = if self.drain_until.is_some() { Some(left.unwrap_or(QUIET).min(QUIET)) } else { left };
        let timeout = left.map(|left| Timespec::try_from(left).unwrap_or_default());
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(events), timeout.as_ref()) {
            Err(rustix::io::Errno::INTR) => Ok(()),
            result => result.map(|_| ()).map_err(io::Error::from),
        }
    }

    fn read_tun(&mut self, now: Instant) -> io::Result<()> {
        for _ in 0..TUN_BATCH {
            match self.tun.receive(&mut self.packet) {
                Ok(length) => {
                    self.last_packet = now;
                    self.monitor.handle_packet(&self.packet[..length], now);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn take_commands(&mut self, now: Instant) {
        if let Err(error) = self.waker.read() {
            log::debug!("waker: {error}");
        }
        while let Ok(command) = self.inbox.try_recv() {
            match command {
                Command::Owner { flow, tuple, owner } => self.monitor.handle_owner(flow, &tuple, owner, now),
                Command::OwnerLate { tuple } => self.monitor.handle_owner_late(&tuple, now),
                Command::Resolvers(resolvers) => self.monitor.set_resolvers(resolvers),
                Command::Drain(patience) => self.drain_until = Some(now + patience),
                Command::Stop => self.is_stopping = true,
            }
        }
    }

    fn tcp_event(&mut self, key: FlowKey, flags: EventFlags, now: Instant) {
        let Some(remote) = remote_of(&mut self.remotes, key) else { return };
        match remote.note(flags) {
            Connecting::Pending => {}
            Connecting::Failed(error) => {
                self.monitor.handle_connect_failed(key, RemoteError::of(&error), now);
            }
            Connecting::Connected => {
                self.monitor.handle_connected(key, now);
                remote.serve(&mut self.monitor, now);
                self.monitor.wants_transmit(key);
            }
        }
    }

    fn datagram_event(&mut self, key: AssociationKey, family: Family, flags: EventFlags, now: Instant) {
        let Some(socket) = datagrams_of(&mut self.datagrams, key, family) else { return };
        if flags.contains(EventFlags::ERR) {
            socket.drain_reports(&mut self.monitor, &mut self.packet);
        }
        socket.receive(&mut self.monitor, &mut self.packet, now);
    }

    /// Carries out what the monitor wants until it wants nothing more.
    fn settle(&mut self, now: Instant) {
        loop {
            while let Some(action) = self.monitor.poll_action() {
                self.act(action, now);
            }
            self.monitor.poll_packets(now, &mut TunSink(&self.tun));
            if !self.monitor.has_actions() {
                break;
            }
        }
        self.tell(now);
    }

    fn act(&mut self, action: Action, now: Instant) {
        match action {
            Action::Serve(key) => {
                if let Some(remote) = remote_of(&mut self.remotes, key) {
                    remote.serve(&mut self.monitor, now);
                }
            }
            Action::Connect { flow, to, hop_limit } => {
                let outcome = self
                    .check_descriptors()
                    .and_then(|()| TcpRemote::connect(flow, to, hop_limit, &*self.sockets))
                    .and_then(|remote| self.keep_remote(remote));
                if let Err(error) = outcome {
                    self.connect_failed(action, &error, now);
                } else {
                    self.descriptors_are_back();
                }
            }
            Action::Disconnect { flow, reset } => {
                let slot = self.remotes.get_mut(flow.index as usize);
                if let Some(remote) = slot.and_then(|slot| slot.take_if(|remote| remote.key() == flow)) {
                    remote.disconnect(reset);
                    self.descriptors_left += 1;
                }
            }
            Action::Send(outgoing) => self.send(&outgoing, now),
            Action::Dissociate(key) => {
                for family in [Family::V4, Family::V6] {
                    if datagrams_of(&mut self.datagrams, key, family).is_some() {
                        self.datagrams[key.index as usize][family as usize] = None;
                        self.descriptors_left += 1;
                    }
                }
            }
        }
    }

    fn keep_remote(&mut self, remote: TcpRemote) -> io::Result<()> {
        let key = remote.key();
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
        watch(&self.epoll, remote.socket(), Token::Tcp(key), flags)?;
        *slot(&mut self.remotes, key.index) = Some(remote);
        self.descriptors_left -= 1;
        Ok(())
    }

    fn check_descriptors(&self) -> io::Result<()> {
        if self.descriptors_left == 0 { Err(exhausted()) } else { Ok(()) }
    }

    fn connect_failed(&mut self, action: Action, error: &io::Error, now: Instant) {
        let Action::Connect { flow, to, .. } = action else { return };
        if is_exhausted(error) {
            self.are_descriptors_short = true;
            self.monitor.handle_no_descriptor(flow, action, now);
        } else {
            self.monitor.handle_connect_failed(flow, RemoteError::of_route(error, to.ip()), now);
        }
    }

    fn send(&mut self, outgoing: &Outgoing, now: Instant) {
        let key = outgoing.association;
        let family = datagrams::family_of(outgoing.to);
        if datagrams_of(&mut self.datagrams, key, family).is_none()
            && let Err(error) = self.open_datagrams(outgoing, family)
        {
            if is_exhausted(&error) {
                self.are_descriptors_short = true;
                self.monitor.handle_no_descriptor_for(outgoing, now);
            } else {
                self.monitor.refuse_datagram(outgoing);
            }
            return;
        }
        if let Some(socket) = datagrams_of(&mut self.datagrams, key, family) {
            socket.send(outgoing, &mut self.monitor, &mut self.packet);
        }
    }

    fn open_datagrams(&mut self, outgoing: &Outgoing, family: Family) -> io::Result<()> {
        let key = outgoing.association;
        self.check_descriptors()?;
        let socket = DatagramSocket::open(outgoing, &*self.sockets)?;
        watch(&self.epoll, socket.socket(), Token::Datagrams(key, family), EventFlags::IN)?;
        slot(&mut self.datagrams, key.index)[family as usize] = Some(socket);
        self.descriptors_left -= 1;
        self.descriptors_are_back();
        Ok(())
    }

    fn descriptors_are_back(&mut self) {
        if std::mem::take(&mut self.are_descriptors_short) {
            self.monitor.handle_descriptors_back();
        }
    }

    fn tell(&mut self, now: Instant) {
        while let Some(event) = self.monitor.poll_event(now) {
            match (event, &self.owners) {
                (Event::OwnerWanted { flow, tuple }, Some(owners)) if owners.ask(flow, tuple) => {
                    if owners.is_busy() {
                        self.monitor.handle_owner_late(&tuple, now);
                    }
                }
                (Event::OwnerWanted { flow, tuple }, _) => self.monitor.handle_owner(flow, &tuple, None, now),
                (event, _) => self.observer.observe(event),
            }
        }
    }

    fn set_clock(&mut self, now: Instant) {
        if now.saturating_duration_since(self.clock_set) >= CLOCK_INTERVAL {
            self.clock_set = now;
            self.monitor.set_clock(clock::wall_clock(), now);
        }
    }
}

fn watch(epoll: &rustix::fd::OwnedFd, source: impl AsFd, token: Token, flags: EventFlags) -> io::Result<()> {
    epoll::add(epoll, source, EventData::new_u64(token.pack()), flags)?;
    Ok(())
}

/// The place of an index, made if it is not there yet.
fn slot<T: Default>(slots: &mut Vec<T>, index: u32) -> &mut T {
    let index = index as usize;
    if slots.len() <= index {
        slots.resize_with(index + 1, T::default);
    }
    &mut slots[index]
}

fn remote_of(remotes: &mut [Option<TcpRemote>], key: FlowKey) -> Option<&mut TcpRemote> {
    remotes.get_mut(key.index as usize)?.as_mut().filter(|remote| remote.key() == key)
}

fn datagrams_of(
    datagrams: &mut [[Option<DatagramSocket>; 2]],
    key: AssociationKey,
    family: Family,
) -> Option<&mut DatagramSocket> {
    datagrams.get_mut(key.index as usize)?[family as usize].as_mut().filter(|socket| socket.key() == key)
}
