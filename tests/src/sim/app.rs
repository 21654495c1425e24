//! The apps and their kernel. TCP is smoltcp's, with checksums verified: what the machine sends must be right.

use std::collections::VecDeque;
use std::net::SocketAddr;

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::socket::tcp::{RecvError, Socket, SocketBuffer, State};
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpProtocol, Ipv4Packet, Ipv6Packet};

use super::{Rng, Time, ms, wire};
use crate::pattern;

/// What a client's kernel buffers in either direction.
pub const BUFFER: usize = 64 * 1024;

/// The MTU of the TUN.
const MTU: usize = 1500;

/// When a client says that it sends no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    /// As soon as everything is written.
    WhenSent,
    /// Once the server has said so.
    AfterServer,
    /// Never: it resets the connection once it has written and read so many bytes in all.
    Reset(usize),
}

/// What a client does.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub from: SocketAddr,
    pub to: SocketAddr,
    /// When it connects.
    pub start: Time,
    pub upload: usize,
    pub shut: Shut,
    /// It writes and reads at most so much at once.
    pub chunk: usize,
    /// It reads nothing before.
    pub reads_from: Time,
}

/// A client, and what it has seen so far.
#[derive(Debug)]
pub struct Client {
    pub plan: Plan,
    pub written: usize,
    pub read: usize,
    /// The server said that it sends no more.
    pub saw_end: bool,
    /// The connection was refused or reset.
    pub saw_reset: bool,
    /// Type and code of the ICMP error that ended the attempt to connect.
    pub error: Option<(u8, u8)>,
    pub was_connected: bool,
    handle: Option<SocketHandle>,
    has_shut: bool,
    has_reset: bool,
}

/// All apps.
pub struct Apps {
    interface: Interface,
    wire: Wire,
    sockets: SocketSet<'static>,
    pub clients: Vec<Client>,
    /// Packets other than TCP that came.
    pub others: Vec<Vec<u8>>,
}

impl Apps {
    /// Apps that follow these plans.
    pub fn new(plans: &[Plan], rng: &mut Rng) -> Self {
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = rng.number();
        let mut wire = Wire::default();
        let mut interface = Interface::new(config, &mut wire, Instant::ZERO);
        interface.set_any_ip(true);
        let clients = plans.iter().map(|plan| Client::new(*plan)).collect();
        Self { interface, wire, sockets: SocketSet::new(Vec::new()), clients, others: Vec::new() }
    }

    /// Takes a packet that the machine sent.
    pub fn receive(&mut self, packet: Vec<u8>) {
        let protocol = match packet[0] >> 4 {
            4 => Ipv4Packet::new_checked(&*packet).expect("an IPv4 packet").next_header(),
            _ => Ipv6Packet::new_checked(&*packet).expect("an IPv6 packet").next_header(),
        };
        if protocol == IpProtocol::Tcp {
            self.wire.incoming.push_back(packet);
            return;
        }
        if matches!(protocol, IpProtocol::Icmp | IpProtocol::Icmpv6) {
            self.handle_error(&wire::read_icmp(&packet));
        }
        self.others.push(packet);
    }

    /// A kernel gives a connection attempt up that an ICMP error is about.
    fn handle_error(&mut self, error: &wire::Icmp) {
        let Some((from, to)) = wire::quoted_sockets(&error.body) else { return };
        let attempts = self.clients.iter_mut().filter(|client| !client.was_connected);
        for client in attempts.filter(|client| (client.plan.from, client.plan.to) == (from, to)) {
            if let Some(handle) = client.handle.filter(|_| client.error.is_none()) {
                client.error = Some((error.kind, error.code));
                self.sockets.remove(handle);
            }
        }
    }

    /// Lets every client do what it can, and gives out the packets to send.
    pub fn turn(&mut self, now: Time) -> Vec<Vec<u8>> {
        let at = instant(now);
        self.interface.poll(at, &mut self.wire, &mut self.sockets);
        for client in &mut self.clients {
            client.turn(&mut self.interface, &mut self.sockets, now);
        }
        self.interface.poll(at, &mut self.wire, &mut self.sockets);
        std::mem::take(&mut self.wire.outgoing)
    }

    /// When something is to be done although no packet came.
    pub fn next(&mut self, now: Time) -> Option<Time> {
        let polled = self.interface.poll_at(instant(now), &self.sockets);
        let polled = polled.map(|at| Time::from_micros(at.total_micros().unsigned_abs()).max(now + ms(1)));
        let planned = self.clients.iter().flat_map(|client| [client.plan.start, client.plan.reads_from]);
        planned.filter(|at| *at > now).chain(polled).min()
    }
}

impl Client {
    fn new(plan: Plan) -> Self {
        Self {
            plan,
            written: 0,
            read: 0,
            saw_end: false,
            saw_reset: false,
            error: None,
            was_connected: false,
            handle: None,
            has_shut: false,
            has_reset: false,
        }
    }

    fn turn(&mut self, interface: &mut Interface, sockets: &mut SocketSet<'static>, now: Time) {
        if now < self.plan.start || self.error.is_some() {
            return;
        }
        let handle = *self.handle.get_or_insert_with(|| {
            let mut socket =
                Socket::new(SocketBuffer::new(vec![0; BUFFER]), SocketBuffer::new(vec![0; BUFFER]));
            socket.connect(interface.context(), self.plan.to, self.plan.from).expect("a free port");
            sockets.add(socket)
        });
        self.drive(sockets.get_mut(handle), now);
    }

    fn drive(&mut self, socket: &mut Socket<'static>, now: Time) {
        if self.has_reset || self.saw_reset {
            return;
        }
        self.was_connected |= socket.state() != State::SynSent && socket.state() != State::Closed;
        self.write(socket);
        if now >= self.plan.reads_from {
            self.read(socket);
        }
        let is_read = now >= self.plan.reads_from && socket.recv_queue() == 0;
        self.saw_reset |= socket.state() == State::Closed && is_read && !(self.saw_end && self.has_shut);
        let is_sent = self.written == self.plan.upload;
        match self.plan.shut {
            Shut::Reset(after) if self.written + self.read >= after && self.was_connected => {
                socket.abort();
                self.has_reset = true;
            }
            Shut::WhenSent if is_sent && self.was_connected => self.shut(socket),
            Shut::AfterServer if is_sent && self.saw_end => self.shut(socket),
            Shut::Reset(_) | Shut::WhenSent | Shut::AfterServer => {}
        }
    }

    fn write(&mut self, socket: &mut Socket<'static>) {
        while socket.can_send() && self.written < self.plan.upload {
            let length = self.plan.chunk.min(self.plan.upload - self.written);
            let written = socket.send_slice(pattern::bytes(self.written, length)).expect("it can send");
            self.written += written;
        }
    }

    fn read(&mut self, socket: &mut Socket<'static>) {
        loop {
            let (offset, chunk) = (self.read, self.plan.chunk);
            let read = socket.recv(|bytes| {
                let bytes = &bytes[..bytes.len().min(chunk)];
                assert_eq!(bytes, pattern::bytes(DOWN + offset, bytes.len()), "downloaded from {offset}");
                (bytes.len(), bytes.len())
            });
            match read {
                Ok(0) => return,
                Ok(count) => self.read += count,
                Err(RecvError::Finished) => {
                    self.saw_end = true;
                    return;
                }
                Err(RecvError::InvalidState) => return,
            }
        }
    }

    fn shut(&mut self, socket: &mut Socket<'static>) {
        if !self.has_shut {
            socket.close();
            self.has_shut = true;
        }
    }
}

/// Where in the pattern the servers' bytes begin: a byte that comes back the way it came shows.
pub const DOWN: usize = 12_345;

/// A device whose wires end in memory.
#[derive(Default)]
struct Wire {
    incoming: VecDeque<Vec<u8>>,
    outgoing: Vec<Vec<u8>>,
}

struct Incoming(Vec<u8>);
struct Outgoing<'a>(&'a mut Vec<Vec<u8>>);

impl Device for Wire {
    type RxToken<'a> = Incoming;
    type TxToken<'a> = Outgoing<'a>;

    fn receive(&mut self, _: Instant) -> Option<(Incoming, Outgoing<'_>)> {
        Some((Incoming(self.incoming.pop_front()?), Outgoing(&mut self.outgoing)))
    }

    fn transmit(&mut self, _: Instant) -> Option<Outgoing<'_>> {
        Some(Outgoing(&mut self.outgoing))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = MTU;
        capabilities
    }
}

impl RxToken for Incoming {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

impl TxToken for Outgoing<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, write: F) -> R {
        let mut packet = vec![0; length];
        let result = write(&mut packet);
        self.0.push(packet);
        result
    }
}

fn instant(time: Time) -> Instant {
    Instant::from_micros(i64::try_from(time.as_micros()).expect("simulations are short"))
}
