//! The machine, with whoever has sockets: what is done to it in any order, and what must hold whatever is.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use telltale_core::event::{Event, Owner, Timestamp};
use telltale_core::flow::FlowKey;
use telltale_core::limits::TCP_IDLE;
use telltale_core::monitor::{Action, Config, Monitor, Outgoing, RemoteError};
use telltale_core::packet::checksum::Checksum;
use telltale_core::packet::{IcmpError, IpPacket, PacketSink, Transport};
use telltale_core::rules::RuleSet;
use telltale_core::sniff::{CaptureBudget, CaptureLimits};

use super::{Input, START};

/// A session: packets, outcomes and time in any order.
pub fn monitor(data: &[u8]) {
    let mut session = Session::new();
    let mut input = Input(data);
    while let Some(command) = input.byte() {
        session.command(command, &mut input);
        session.settle();
    }
    session.wind_up();
}

/// A machine with whoever has sockets.
struct Session {
    monitor: Monitor,
    now: Instant,
    /// Flows that were to be connected, and what is to be sent.
    flows: Vec<FlowKey>,
    sent: Vec<Outgoing>,
    wanted: Vec<Event>,
    /// Sequence number of the last segment that the machine sent to each of a few ports.
    sequences: [u32; 8],
}

impl Session {
    fn new() -> Self {
        let config = Config {
            session: 1,
            seed: 1,
            rules: RuleSet::default(),
            asks_owners: true,
            tunnel_dns: vec![IpAddr::V4(Ipv4Addr::new(10, 0, 0, 53))],
            resolvers: vec![SocketAddr::from(([198, 51, 100, 53], 53)), SocketAddr::from(([0x2001; 8], 53))],
            capture: CaptureBudget::new(CaptureLimits::default()),
        };
        let monitor = Monitor::new(config, Timestamp(0), *START);
        Self {
            monitor,
            now: *START,
            flows: Vec::new(),
            sent: Vec::new(),
            wanted: Vec::new(),
            sequences: [0; 8],
        }
    }

    fn command(&mut self, command: u8, input: &mut Input<'_>) {
        let argument = input.byte().unwrap_or(0);
        match command % 16 {
            0 => self.raw_packet(input),
            1..=4 => self.segment(argument, input),
            5 => self.datagram(argument, input),
            6 => self.connected(argument),
            7 => self.upload(argument),
            8 => self.download(argument),
            9 => self.pass(Duration::from_millis(u64::from(argument) * u64::from(argument))),
            10 => self.reply(argument, input),
            11 => self.datagram_error(argument),
            12 => self.owner(argument),
            13 => self.fail(argument),
            14 => self.monitor.set_clock(Timestamp(i64::from(argument) * 10_000_000), self.now),
            _ => self.monitor.set_resolvers(vec![SocketAddr::from(([198, 51, 100, argument], 53))]),
        }
    }

    fn raw_packet(&mut self, input: &mut Input<'_>) {
        let Some(bytes) = input.counted() else { return };
        let mut packet = bytes.to_vec();
        fill_header_checksum(&mut packet);
        self.monitor.handle_packet(&packet, self.now);
    }

    /// A segment of one of a few connections, near the sequence numbers that fit.
    fn segment(&mut self, argument: u8, input: &mut Input<'_>) {
        let port = argument % 8;
        let flags = input.byte().unwrap_or(0x10);
        let ahead = u32::from(input.byte().unwrap_or(0)) * 16;
        let back = u32::from(input.byte().unwrap_or(0));
        let length = usize::from(input.byte().unwrap_or(0)) * 8;
        let sequence = 1000 + ahead;
        let acknowledged = self.sequences[usize::from(port)].wrapping_sub(back);
        let mut tcp = vec![0x10, port, 0, 80];
        tcp.extend(sequence.to_be_bytes());
        tcp.extend(acknowledged.to_be_bytes());
        tcp.extend([0x50, flags & 0x3f, argument, 0xff, 0, 0, 0, 0]);
        tcp.resize(20 + length, argument);
        self.monitor.handle_packet(&ipv4(6, &tcp), self.now);
    }

    fn datagram(&mut self, argument: u8, input: &mut Input<'_>) {
        let payload = input.counted().unwrap_or_default();
        let length = u16::try_from(8 + payload.len()).unwrap_or(u16::MAX).to_be_bytes();
        let mut udp = vec![0x20, argument % 4, 0, argument, length[0], length[1], 0, 0];
        udp.extend_from_slice(payload);
        self.monitor.handle_packet(&ipv4(17, &udp), self.now);
    }

    fn connected(&mut self, argument: u8) {
        if let Some(flow) = pick(&self.flows, argument) {
            self.monitor.handle_connected(flow, self.now);
        }
    }

    fn upload(&mut self, argument: u8) {
        let Some(flow) = pick(&self.flows, argument) else { return };
        let mut left = usize::from(argument) * 16;
        self.monitor.upload(flow, self.now, |bytes| {
            let count = bytes.len().min(left);
            left -= count;
            if count == 0 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(count) }
        });
        self.monitor.wants_transmit(flow);
    }

    fn download(&mut self, argument: u8) {
        let Some(flow) = pick(&self.flows, argument) else { return };
        let mut left = usize::from(argument / 4) * 64;
        self.monitor.download(flow, self.now, |space| {
            let count = space.len().min(left);
            left -= count;
            // The remote ends by itself, or pauses.
            if count == 0 && !argument.is_multiple_of(4) {
                Err(io::ErrorKind::WouldBlock.into())
            } else {
                Ok(count)
            }
        });
        self.monitor.wants_transmit(flow);
    }

    fn reply(&mut self, argument: u8, input: &mut Input<'_>) {
        let payload = input.counted().unwrap_or_default();
        let Some(outgoing) = pick(&self.sent, argument) else { return };
        let from = if argument < 128 { outgoing.to } else { SocketAddr::from(([203, 0, 113, argument], 9)) };
        self.monitor.handle_reply(outgoing.association, from, payload, self.now);
    }

    fn datagram_error(&mut self, argument: u8) {
        let Some(outgoing) = pick(&self.sent, argument) else { return };
        let error = IcmpError::too_big(outgoing.to.ip(), u32::from(argument));
        let reporter = (argument < 128).then_some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1)));
        let quoted = vec![argument; usize::from(argument)];
        self.monitor.handle_datagram_error(outgoing.association, outgoing.to, error, reporter, &quoted);
    }

    fn owner(&mut self, argument: u8) {
        let Some(Event::OwnerWanted { flow, tuple }) = pick(&self.wanted, argument) else { return };
        let owner = (argument < 128).then(Owner::default);
        self.monitor.handle_owner(flow, &tuple, owner, self.now);
    }

    fn fail(&mut self, argument: u8) {
        let Some(flow) = pick(&self.flows, argument) else { return };
        let errors = [
            RemoteError::Refused,
            RemoteError::NetworkUnreachable,
            RemoteError::HostUnreachable,
            RemoteError::ProtocolUnreachable,
            RemoteError::Prohibited,
            RemoteError::TimedOut,
        ];
        match errors.get(usize::from(argument / 32)) {
            Some(error) => self.monitor.handle_connect_failed(flow, *error, self.now),
            None if argument.is_multiple_of(2) => self.monitor.handle_remote_reset(flow, self.now),
            None => self.monitor.handle_no_descriptor(flow, Action::Serve(flow), self.now),
        }
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        let mut turns = 0;
        while let Some(due) = self.monitor.poll_timeout().filter(|due| *due <= end) {
            assert!(due > self.now, "the next timeout is not in the future");
            self.now = due;
            self.monitor.handle_timeout(self.now);
            self.settle();
            turns += 1;
            assert!(turns < 200_000, "a timer spins");
        }
        self.now = end;
    }

    fn settle(&mut self) {
        loop {
            while let Some(action) = self.monitor.poll_action() {
                self.act(action);
            }
            let mut sink = Sink(&mut self.sequences);
            self.monitor.poll_packets(self.now, &mut sink);
            if !self.monitor.has_actions() {
                break;
            }
        }
        while let Some(event) = self.monitor.poll_event(self.now) {
            if matches!(event, Event::OwnerWanted { .. }) {
                self.wanted.push(event);
            }
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Connect { flow, .. } => self.flows.push(flow),
            Action::Send(outgoing) => {
                if self.monitor.payload(&outgoing).first() == Some(&0) {
                    self.monitor.refuse_datagram(&outgoing);
                }
                self.sent.push(outgoing);
            }
            Action::Disconnect { flow, .. } => self.flows.retain(|key| *key != flow),
            Action::Serve(_) | Action::Dissociate(_) => {}
        }
    }

    /// Everything ends some time.
    fn wind_up(&mut self) {
        self.pass(3 * TCP_IDLE);
        assert_eq!(self.monitor.flow_count(), 0, "a flow stays for ever");
        assert!(self.monitor.is_empty_handed(), "bytes of no flow");
        assert!(self.monitor.poll_timeout().is_none(), "a timer without a flow");
        assert!(self.flows.is_empty(), "a socket stays open");
        self.monitor.finish(self.now);
    }
}

/// Reads what the machine sends, which must be right.
struct Sink<'a>(&'a mut [u32; 8]);

impl PacketSink for Sink<'_> {
    fn send(&mut self, packet: &[u8]) {
        let read = IpPacket::parse(packet);
        let Ok(read) = read else { panic!("the machine sent {packet:02x?}: {read:?}") };
        assert_eq!(read.bytes.len(), packet.len());
        if let Transport::Tcp(segment) = read.transport {
            let [_, port] = segment.destination_port.to_be_bytes();
            self.0[usize::from(port % 8)] = segment.end();
        }
    }
}

/// An IPv4 packet from the app to one host.
fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(20 + payload.len()).unwrap_or(u16::MAX).to_be_bytes();
    let mut packet = vec![0x45, 0, high, low, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 53];
    packet.extend_from_slice(payload);
    fill_header_checksum(&mut packet);
    packet
}

/// Makes the checksum of an IPv4 header right, which no fuzzer finds by chance.
fn fill_header_checksum(packet: &mut [u8]) {
    let length = packet.first().map_or(0, |first| usize::from(first & 0x0f) * 4);
    if packet.first().is_some_and(|first| first >> 4 == 4) && (20..=packet.len()).contains(&length) {
        packet[10..12].fill(0);
        let sum = Checksum::default().bytes(&packet[..length]).finish();
        packet[10..12].copy_from_slice(&sum);
    }
}

fn pick<T: Clone>(choices: &[T], argument: u8) -> Option<T> {
    choices.get(usize::from(argument) % choices.len().max(1)).cloned()
}
