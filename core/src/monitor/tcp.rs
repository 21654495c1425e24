//! TCP flows: opened by a SYN, answered once the remote has answered, relayed byte by byte, closed as both
//! sides close.

use std::io;
use std::time::Instant;

use super::{Action, Download, Monitor, RemoteError, Upload};
use crate::event::{Close, Notice};
use crate::flow::{Flow, FlowKey, Kind, Phase, TcpFlow};
use crate::limits::{FAIR_SHARE, MAX_BUFFERED, OWNER_GRACE, RESET_GRACE, TRIM_AFTER};
use crate::packet::{FiveTuple, IpPacket, PacketSink, Protocol, TcpSegment, Transport, compose};
use crate::sniff::Direction;

impl Monitor {
    /// The remote accepted: now the app hears so, unless its owner is still looked for. An app may be gone a
    /// moment after it heard, and with it all traces of who it was.
    pub fn handle_connected(&mut self, key: FlowKey, now: Instant) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        let is_owner_due = flow.inspection.is_owner_due();
        let Some(TcpFlow { phase: Phase::Connecting(_), held_until, .. }) = flow.tcp_mut() else { return };
        if is_owner_due {
            let until = *held_until.get_or_insert(now + OWNER_GRACE);
            self.stack_timers.set(key, until, &mut flow.stack_timer);
        } else {
            self.accept(key, now);
        }
    }

    /// Lets the app of a flow that was held back hear that the remote accepted.
    pub(super) fn accept_held(&mut self, key: FlowKey, now: Instant) {
        if self.tcp_of(key).is_some_and(|tcp| tcp.held_until.take().is_some()) {
            self.accept(key, now);
            // What the remote has sent since then.
            self.served.push_back(key);
        }
    }

    fn accept(&mut self, key: FlowKey, now: Instant) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        let responder = flow.tuple.responder;
        let Some(TcpFlow { phase, .. }) = flow.tcp_mut() else { return };
        let Phase::Connecting(syn) = phase else { return };
        match self.stack.accept(responder, syn, now, &mut self.replies) {
            Ok(socket) => {
                *phase = Phase::Relaying(Box::new(socket));
                flow.last_active = now;
                self.sending.push(key);
            }
            Err(error) => {
                log::warn!("no memory for a flow: {error}");
                self.handle_connect_failed(key, RemoteError::Refused, now);
            }
        }
    }

    /// The remote did not accept: the app hears why.
    pub fn handle_connect_failed(&mut self, key: FlowKey, error: RemoteError, now: Instant) {
        let Some(TcpFlow { phase: Phase::Connecting(syn), .. }) = self.tcp_of(key) else { return };
        let syn = std::mem::take(syn);
        if let Ok(packet) = IpPacket::parse(&syn) {
            match error.icmp(packet.header.destination) {
                Some(icmp) => self.send_error(&packet.header, icmp, packet.bytes),
                None if error == RemoteError::Refused => self.reset_segment_of(&packet),
                // The app's own timer runs out as it would have without us.
                None => {}
            }
        }
        self.close(key, error.close(), now);
    }

    /// There was no descriptor for the connection: an idle flow gives up its own, or this one is refused.
    pub fn handle_no_descriptor(&mut self, key: FlowKey, retry: Action, now: Instant) {
        if self.evict(now) {
            self.actions.push_back(retry);
            return;
        }
        self.refuse_for_descriptors(now);
        self.handle_connect_failed(key, RemoteError::Refused, now);
    }

    /// Descriptors are there again after [`Self::handle_no_descriptor`].
    pub fn handle_descriptors_back(&mut self) {
        self.inspector.notice(Notice::DescriptorsBack);
    }

    /// Bytes of `key` were moved outside of [`Action::Serve`], so the app is to hear of it.
    pub fn wants_transmit(&mut self, key: FlowKey) {
        self.sending.push(key);
    }

    /// Gives the app's bytes to `send`, which says how many it took; [`io::ErrorKind::WouldBlock`] ends it.
    pub fn upload(
        &mut self,
        key: FlowKey,
        now: Instant,
        mut send: impl FnMut(&[u8]) -> io::Result<usize>,
    ) -> Upload {
        let Some(flow) = self.flows.get_mut(key) else { return Upload::Drained };
        let Flow { kind: Kind::Tcp(tcp), inspection, last_active, .. } = flow else { return Upload::Drained };
        let Phase::Relaying(socket) = &mut tcp.phase else { return Upload::Drained };
        while let Some(result) = socket.read_with(|bytes| match send(bytes) {
            Ok(0) => (0, Err(io::ErrorKind::WouldBlock.into())),
            Ok(count) => {
                self.inspector.sniff(inspection, Direction::Up, &bytes[..count], now);
                (count, Ok(count))
            }
            Err(error) => (0, Err(error)),
        }) {
            match result {
                Ok(count) => {
                    *last_active = now;
                    inspection.counters.bytes_up += count as u64;
                    tcp.app_read = advance(tcp.app_read, count);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Upload::Blocked,
                Err(error) => return Upload::Failed(error),
            }
        }
        if socket.is_finished_by_app() && !tcp.app_finished && !tcp.app_reset {
            tcp.app_finished = true;
            // Its FIN counts as one.
            tcp.app_read = advance(tcp.app_read, 1);
            return Upload::Finished;
        }
        Upload::Drained
    }

    /// Lets `receive` write the remote's bytes, saying how many; 0 is the remote's end,
    /// [`io::ErrorKind::WouldBlock`] a pause.
    pub fn download(
        &mut self,
        key: FlowKey,
        now: Instant,
        mut receive: impl FnMut(&mut [u8]) -> io::Result<usize>,
    ) -> Download {
        let is_tight = self.buffered > MAX_BUFFERED;
        let Some(flow) = self.flows.get_mut(key) else { return Download::Full };
        let Flow { kind: Kind::Tcp(tcp), inspection, last_active, .. } = flow else { return Download::Full };
        let Phase::Relaying(socket) = &mut tcp.phase else { return Download::Full };
        loop {
            let limit =
                if is_tight { FAIR_SHARE.saturating_sub(socket.unacknowledged()) } else { usize::MAX };
            if limit == 0 || tcp.remote_finished || tcp.remote_reset.is_some() {
                return Download::Full;
            }
            let received = socket.write_with(limit, |space| match receive(space) {
                Ok(count) => {
                    self.inspector.sniff(inspection, Direction::Down, &space[..count], now);
                    (count, Ok(count))
                }
                Err(error) => (0, Err(error)),
            });
            match received {
                None => return Download::Full,
                Some(Ok(0)) => {
                    tcp.remote_finished = true;
                    socket.finish();
                    return Download::Finished;
                }
                Some(Ok(count)) => {
                    *last_active = now;
                    inspection.counters.bytes_down += count as u64;
                }
                Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => return Download::Blocked,
                Some(Err(error)) => return Download::Failed(error),
            }
        }
    }

    /// The remote reset the connection; the app hears it after what came before.
    pub fn handle_remote_reset(&mut self, key: FlowKey, now: Instant) {
        if let Some(tcp) = self.tcp_of(key) {
            tcp.remote_reset.get_or_insert(now);
            self.sending.push(key);
        }
    }

    pub(super) fn handle_segment(&mut self, packet: &IpPacket<'_>, segment: &TcpSegment<'_>, now: Instant) {
        let tuple = FiveTuple {
            originator: packet.header.source_socket(segment.source_port),
            responder: packet.header.destination_socket(segment.destination_port),
            protocol: Protocol::Tcp,
        };
        match self.flows.find(&tuple) {
            Some(key) => self.continue_tcp(key, packet, segment, now),
            None if segment.is_opening() && segment.destination_port != 0 => {
                self.open_tcp(tuple, packet, segment, now);
            }
            None => {
                self.statistics.unknown_segment += 1;
                self.reset_segment(tuple, segment);
            }
        }
    }

    fn open_tcp(&mut self, tuple: FiveTuple, packet: &IpPacket<'_>, segment: &TcpSegment<'_>, now: Instant) {
        let flow = TcpFlow::connecting(packet.bytes, segment.end(), segment.sequence.wrapping_add(1));
        let Some(key) = self.open(tuple, Kind::Tcp(flow), now) else {
            self.reset_segment(tuple, segment);
            return;
        };
        let Some(flow) = self.flows.get_mut(key) else { return };
        flow.inspection.counters.packets_up = 1;
        let (to, hop_limit) = (flow.remote, packet.header.hop_limit);
        self.actions.push_back(Action::Connect { flow: key, to, hop_limit });
    }

    fn continue_tcp(&mut self, key: FlowKey, packet: &IpPacket<'_>, segment: &TcpSegment<'_>, now: Instant) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        flow.last_active = now;
        flow.inspection.counters.packets_up += 1;
        self.inspector.touch(key, &mut flow.inspection);
        let Kind::Tcp(tcp) = &mut flow.kind else { return };
        match &mut tcp.phase {
            Phase::Connecting(_) if segment.rst => tcp.app_reset = true,
            // The same SYN again, or the port was taken anew: either way the latest one counts.
            Phase::Connecting(syn) if segment.is_opening() => {
                *syn = packet.bytes.into();
                (tcp.app_end, tcp.app_read) = (segment.end(), segment.sequence.wrapping_add(1));
            }
            Phase::Connecting(_) => return,
            Phase::Relaying(socket) => {
                // What the app said before its end still counts if a reset comes after it (RFC 1337).
                let was_over = socket.is_over();
                self.stack.receive(socket, packet.bytes, now, &mut self.replies);
                tcp.app_reset |= segment.rst && !was_over && socket.is_over();
                tcp.note_sent(segment.end());
            }
        }
        if !std::mem::replace(&mut flow.is_queued, true) {
            self.served.push_back(key);
        }
    }

    /// Fetches the packets of a TCP flow, sets its timers, and ends it if it is over.
    pub(super) fn transmit(&mut self, key: FlowKey, now: Instant, sink: &mut dyn PacketSink) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        let Kind::Tcp(tcp) = &mut flow.kind else { return };
        if let Phase::Relaying(socket) = &mut tcp.phase {
            let grace_ends = tcp.remote_reset.map(|since| since + RESET_GRACE);
            if grace_ends.is_some_and(|end| now >= end || socket.has_nothing_to_wait_for()) {
                socket.abort();
            }
            let sent = self.stack.transmit(socket, self.buffered > MAX_BUFFERED, now, sink);
            // No activity: an app that is gone would be kept alive by what is sent to it again and again.
            if sent.packets > 0 {
                flow.inspection.counters.packets_down += u64::from(sent.packets);
                self.inspector.touch(key, &mut flow.inspection);
            }
            let grace_ends = grace_ends.filter(|end| *end > now);
            if let Some(at) = [sent.wake, grace_ends].into_iter().flatten().min() {
                self.stack_timers.set(key, at, &mut flow.stack_timer);
            }
            let buffered = socket.unread() + socket.unacknowledged();
            self.buffered = self.buffered + buffered - std::mem::replace(&mut tcp.buffered, buffered);
        }
        if tcp.is_over() {
            let close = tcp.close();
            self.close(key, close, now);
        } else {
            // Its patience may be shorter than it was.
            self.watch_idle(key, now);
        }
    }

    /// Gives back the memory of a flow that paused.
    pub(super) fn trim(&mut self, key: FlowKey, now: Instant) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        if now.saturating_duration_since(flow.last_active) < TRIM_AFTER {
            return;
        }
        let Some(tcp) = flow.tcp_mut() else { return };
        let is_in_order = tcp.is_in_order();
        if let Some(socket) = tcp.socket_mut() {
            socket.trim(is_in_order);
        }
    }

    /// Resets the app's end of a flow that is about to be closed.
    pub(super) fn reset_app(&mut self, key: FlowKey, now: Instant) {
        let Some(flow) = self.flows.get_mut(key) else { return };
        let Kind::Tcp(tcp) = &mut flow.kind else { return };
        match &mut tcp.phase {
            Phase::Connecting(syn) => {
                let syn = std::mem::take(syn);
                if let Ok(packet) = IpPacket::parse(&syn) {
                    self.reset_segment_of(&packet);
                }
            }
            Phase::Relaying(socket) => {
                socket.abort();
                self.stack.transmit(socket, false, now, &mut self.replies);
            }
        }
    }

    /// Closes both ends of a flow that was taken out of the table.
    pub(super) fn release_tcp(&mut self, key: FlowKey, tcp: TcpFlow, close: Close) {
        self.buffered -= tcp.buffered;
        let reset = tcp.app_reset || close == Close::Idle;
        if let Phase::Relaying(socket) = tcp.phase {
            self.stack.release(*socket);
        }
        self.actions.push_back(Action::Disconnect { flow: key, reset });
    }

    fn tcp_of(&mut self, key: FlowKey) -> Option<&mut TcpFlow> {
        self.flows.get_mut(key)?.tcp_mut()
    }

    fn reset_segment_of(&mut self, packet: &IpPacket<'_>) {
        if let Transport::Tcp(segment) = &packet.transport {
            let tuple = FiveTuple {
                originator: packet.header.source_socket(segment.source_port),
                responder: packet.header.destination_socket(segment.destination_port),
                protocol: Protocol::Tcp,
            };
            self.reset_segment(tuple, segment);
        }
    }

    fn reset_segment(&mut self, tuple: FiveTuple, segment: &TcpSegment<'_>) {
        if !segment.rst {
            self.replies.push_with(|out| compose::tcp_reset(out, tuple.responder, tuple.originator, segment));
        }
    }
}

/// The sequence number `count` bytes later; they are counted modulo 2^32.
fn advance(sequence: u32, count: usize) -> u32 {
    sequence.wrapping_add(u32::try_from(count).unwrap_or(u32::MAX))
}
