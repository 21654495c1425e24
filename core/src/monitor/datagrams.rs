//! UDP and ICMP echo: datagrams out through one socket per app socket, replies and errors back.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use super::{Action, Monitor, Outgoing, resolvers};
use crate::flow::{AssociationKey, Flow, FlowKey, Kind};
use crate::packet::{EchoRequest, FiveTuple, IcmpError, IpHeader, IpPacket, Protocol, UdpDatagram, compose};
use crate::sniff::Direction;

/// Length of a UDP header, and of an echo header.
const HEADER: usize = 8;

/// A resolver that was silent for so long when the app asks again gets a rest.
const NEXT_RESOLVER_AFTER: Duration = Duration::from_secs(1);

impl Monitor {
    pub(super) fn handle_datagram(
        &mut self,
        packet: &IpPacket<'_>,
        datagram: &UdpDatagram<'_>,
        now: Instant,
    ) {
        let tuple = FiveTuple {
            originator: packet.header.source_socket(datagram.source_port),
            responder: packet.header.destination_socket(datagram.destination_port),
            protocol: Protocol::Udp,
        };
        if datagram.destination_port == 0 {
            self.send_error(
                &packet.header,
                IcmpError::port_unreachable(packet.header.destination),
                packet.bytes,
            );
            return;
        }
        let Some(key) = self.find_or_open(tuple, packet, now) else { return };
        self.sniff_datagram(key, Direction::Up, datagram.payload, now);
        let start = self.outbox.len();
        self.outbox.extend_from_slice(datagram.payload);
        self.send(key, start, &packet.header, now);
    }

    pub(super) fn handle_echo(&mut self, packet: &IpPacket<'_>, echo: &EchoRequest<'_>, now: Instant) {
        let tuple = FiveTuple {
            originator: packet.header.source_socket(echo.identifier),
            responder: packet.header.destination_socket(0),
            protocol: Protocol::Icmp,
        };
        let Some(key) = self.find_or_open(tuple, packet, now) else { return };
        let start = self.outbox.len();
        self.outbox.extend_from_slice(&echo_header(packet.header.destination, 0, echo.sequence));
        self.outbox.extend_from_slice(echo.payload);
        self.send(key, start, &packet.header, now);
    }

    /// Takes a datagram that reached the socket of an association: UDP payload, or a whole ICMP message.
    pub fn handle_reply(
        &mut self,
        association: AssociationKey,
        from: SocketAddr,
        payload: &[u8],
        now: Instant,
    ) {
        let Some(found) = self.associations.get_mut(association) else { return };
        let tuple = FiveTuple {
            originator: found.originator,
            responder: found.shown(from),
            protocol: found.protocol,
        };
        // A stranger may reach a socket towards a resolver of the other family; the app's cannot take it.
        if tuple.responder.is_ipv4() != tuple.originator.is_ipv4()
            || payload.len() + HEADER > compose::largest_payload(tuple.originator.ip())
        {
            return;
        }
        match tuple.protocol {
            Protocol::Udp => self.reply_datagram(tuple, payload, now),
            Protocol::Icmp => self.reply_echo(tuple, payload, now),
            Protocol::Tcp => {}
        }
    }

    /// Takes an ICMP error about a datagram that an association sent to `to`. `reporter` sent the error, if that
    /// was not this machine itself; `quoted` is as much of the datagram (UDP payload, or ICMP message) as is known.
    pub fn handle_datagram_error(
        &mut self,
        association: AssociationKey,
        to: SocketAddr,
        error: IcmpError,
        reporter: Option<IpAddr>,
        quoted: &[u8],
    ) {
        let Some(found) = self.associations.get_mut(association) else { return };
        let (app, remote, protocol) = (found.originator, found.shown(to), found.protocol);
        if app.is_ipv4() != remote.is_ipv4() {
            return;
        }
        self.note_error(app, remote, protocol, error);
        let mut transport = Vec::with_capacity(HEADER + quoted.len());
        let number = match protocol {
            Protocol::Icmp => {
                transport.extend_from_slice(&echo_header(remote.ip(), app.port(), echo_sequence(quoted)));
                transport.extend_from_slice(quoted.get(HEADER..).unwrap_or_default());
                compose::icmp_number(remote.ip())
            }
            Protocol::Udp | Protocol::Tcp => {
                transport.extend_from_slice(&udp_header(app.port(), remote.port(), quoted.len()));
                transport.extend_from_slice(quoted);
                compose::udp_number()
            }
        };
        let mut original = Vec::with_capacity(40 + transport.len());
        compose::quote(&mut original, app.ip(), remote.ip(), number, &transport);
        let reporter = reporter.filter(|reporter| reporter.is_ipv4() == app.is_ipv4()).unwrap_or(remote.ip());
        self.replies.push_with(|out| compose::icmp_error(out, reporter, app.ip(), error, &original));
    }

    /// What others say of a flow that was answered is no end of it.
    fn note_error(&mut self, app: SocketAddr, remote: SocketAddr, protocol: Protocol, error: IcmpError) {
        let port = if protocol == Protocol::Icmp { 0 } else { remote.port() };
        let tuple = FiveTuple { originator: app, responder: SocketAddr::new(remote.ip(), port), protocol };
        let Some(flow) = self.flows.find(&tuple).and_then(|key| self.flows.get_mut(key)) else { return };
        if flow.inspection.counters.packets_down == 0 {
            flow.error = error.close(remote.ip()).or(flow.error);
        }
    }

    /// There was no descriptor for an association: an idle flow gives up its own for the next datagram, this one
    /// is lost.
    pub fn handle_no_descriptor_for(&mut self, outgoing: &Outgoing, now: Instant) {
        if self.evict(now) {
            return;
        }
        self.refuse_for_descriptors(now);
        self.refuse_datagram(outgoing);
    }

    /// There is no socket for a datagram, and will be none: the app hears that nobody is there.
    pub fn refuse_datagram(&mut self, outgoing: &Outgoing) {
        let quoted = self.payload(outgoing).to_vec();
        let error = IcmpError::host_unreachable(outgoing.to.ip());
        self.handle_datagram_error(outgoing.association, outgoing.to, error, None, &quoted);
    }

    fn find_or_open(&mut self, tuple: FiveTuple, packet: &IpPacket<'_>, now: Instant) -> Option<FlowKey> {
        let found = self.flows.find(&tuple);
        let key = match found {
            Some(key) => key,
            None => {
                let opened = self.open_datagrams(tuple, now);
                if opened.is_none() {
                    let error = IcmpError::host_unreachable(tuple.responder.ip());
                    self.send_error(&packet.header, error, packet.bytes);
                }
                opened?
            }
        };
        self.try_next_resolver(key, now);
        let flow = self.flows.get_mut(key)?;
        flow.last_active = now;
        flow.inspection.counters.packets_up += 1;
        self.inspector.touch(key, &mut flow.inspection);
        Some(key)
    }

    fn open_datagrams(&mut self, tuple: FiveTuple, now: Instant) -> Option<FlowKey> {
        let association = self.associations.join(tuple.protocol, tuple.originator);
        let key = self.open(tuple, Kind::Datagrams(association), now);
        if key.is_none() && self.associations.leave(association) {
            self.actions.push_back(Action::Dissociate(association));
        }
        key
    }

    /// An app that asks again after a silent second gets another resolver; what is encrypted has only one end.
    fn try_next_resolver(&mut self, key: FlowKey, now: Instant) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        let counters = flow.inspection.counters;
        let is_redirected = flow.remote != flow.tuple.responder && resolvers::is_plain(flow.tuple.responder);
        let is_silent = now.saturating_duration_since(flow.last_active) >= NEXT_RESOLVER_AFTER;
        if is_redirected && counters.packets_up > 0 && counters.packets_down == 0 && is_silent {
            flow.remote = self.resolvers.after(flow.remote).unwrap_or(flow.remote);
        }
    }

    fn send(&mut self, key: FlowKey, start: usize, header: &IpHeader, now: Instant) {
        let payload = start..self.outbox.len();
        let Some(Flow {
            tuple, remote: to, kind: Kind::Datagrams(association), inspection, last_active, ..
        }) = self.flows.get_mut(key)
        else {
            return;
        };
        *last_active = now;
        inspection.counters.bytes_up += payload.len() as u64;
        if let Some(found) = self.associations.get_mut(*association) {
            found.redirect(*to, tuple.responder);
        }
        self.actions.push_back(Action::Send(Outgoing {
            association: *association,
            protocol: tuple.protocol,
            to: *to,
            hop_limit: header.hop_limit,
            dont_fragment: header.dont_fragment,
            payload,
        }));
    }

    /// A remote that the app has not spoken to gets a flow of its own in the same association.
    fn reply_datagram(&mut self, tuple: FiveTuple, payload: &[u8], now: Instant) {
        let key = self.flows.find(&tuple).or_else(|| self.open_datagrams(tuple, now));
        if let Some(key) = key {
            self.sniff_datagram(key, Direction::Down, payload, now);
            self.count_reply(key, payload.len(), now);
        }
        self.replies.push_with(|out| compose::udp(out, tuple.responder, tuple.originator, payload));
    }

    fn reply_echo(&mut self, tuple: FiveTuple, message: &[u8], now: Instant) {
        let tuple = FiveTuple { responder: SocketAddr::new(tuple.responder.ip(), 0), ..tuple };
        let expected = if tuple.responder.is_ipv4() { 0 } else { 129 };
        let Some(data) = message.get(HEADER..).filter(|_| message[0] == expected) else { return };
        if let Some(key) = self.flows.find(&tuple) {
            self.count_reply(key, message.len(), now);
        }
        let (from, to) = (tuple.responder.ip(), tuple.originator);
        let sequence = echo_sequence(message);
        self.replies.push_with(|out| compose::echo_reply(out, from, to.ip(), to.port(), sequence, data));
    }

    fn count_reply(&mut self, key: FlowKey, length: usize, now: Instant) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        (flow.last_active, flow.error) = (now, None);
        flow.inspection.counters.packets_down += 1;
        flow.inspection.counters.bytes_down += length as u64;
        self.inspector.touch(key, &mut flow.inspection);
    }

    fn sniff_datagram(&mut self, key: FlowKey, direction: Direction, payload: &[u8], now: Instant) {
        if let Some(flow) = self.flows.get_mut(key) {
            self.inspector.sniff(&mut flow.inspection, direction, payload, now);
        }
    }
}

/// An echo request's header, checksum 0.
fn echo_header(remote: IpAddr, identifier: u16, sequence: u16) -> [u8; HEADER] {
    let kind = if remote.is_ipv4() { 8 } else { 128 };
    let ([i0, i1], [s0, s1]) = (identifier.to_be_bytes(), sequence.to_be_bytes());
    [kind, 0, 0, 0, i0, i1, s0, s1]
}

fn echo_sequence(message: &[u8]) -> u16 {
    match message {
        [_, _, _, _, _, _, high, low, ..] => u16::from_be_bytes([*high, *low]),
        _ => 0,
    }
}

fn udp_header(from: u16, to: u16, payload: usize) -> [u8; HEADER] {
    let ([f0, f1], [t0, t1]) = (from.to_be_bytes(), to.to_be_bytes());
    let [l0, l1] = u16::try_from(HEADER + payload).unwrap_or(u16::MAX).to_be_bytes();
    [f0, f1, t0, t1, l0, l1, 0, 0]
}
