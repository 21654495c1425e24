//! Flows: found by five-tuple, reached by key, timed out in order.

mod idle;
mod table;
mod timers;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

pub use idle::IdleOrder;
pub use table::{FlowTable, Keyed};
pub use timers::Timers;

use crate::event::Close;
use crate::inspect::Inspection;
use crate::limits::{
    DNS_IDLE, ECHO_IDLE, QUIC_IDLE, TCP_HALF_CLOSED_IDLE, TCP_HANDSHAKE, TCP_IDLE, TRIM_AFTER, UDP_IDLE,
};
use crate::packet::{FiveTuple, Protocol};
use crate::stack::TcpSocket;

/// A key into a table of the machine: an index, and a number that tells one user of the slot from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlowKey {
    pub index: u32,
    pub sequence: u32,
}

/// Key of a UDP or echo association: everything that one app socket sends and receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AssociationKey {
    pub index: u32,
    pub sequence: u32,
}

/// A flow that is being relayed.
pub struct Flow {
    pub key: FlowKey,
    pub tuple: FiveTuple,
    /// Where it is relayed to: the responder, unless that is the tunnel's own resolver.
    pub remote: SocketAddr,
    pub last_active: Instant,
    pub kind: Kind,
    pub inspection: Inspection,
    /// The earliest wake-up that the stack asked for, so that none is set twice.
    pub stack_timer: Option<Instant>,
    /// The same for idling out and giving memory back.
    pub idle_timer: Option<Instant>,
    /// It waits to be served at the end of the batch.
    pub is_queued: bool,
    /// What ICMP said of its datagrams, as long as nothing else has answered: how it ends.
    pub error: Option<Close>,
}

/// What relaying it takes.
pub enum Kind {
    Tcp(TcpFlow),
    Datagrams(AssociationKey),
}

/// A TCP flow: the app's end, and how far the remote's end is.
pub struct TcpFlow {
    pub phase: Phase,
    /// The remote accepted, but the app is to hear of it only then, or as soon as its owner is known.
    pub held_until: Option<Instant>,
    /// The sequence number behind the last one that the app sent.
    pub app_end: u32,
    /// The sequence number behind the last byte that was read: the same, unless a segment is missing.
    pub app_read: u32,
    /// The remote has said that it sends no more.
    pub remote_finished: bool,
    /// The remote has been told that the app sends no more.
    pub app_finished: bool,
    /// Bytes in its rings when that was last looked at.
    pub buffered: usize,
    /// The app reset the connection.
    pub app_reset: bool,
    /// The remote reset the connection; the app hears it once it has what came before.
    pub remote_reset: Option<Instant>,
}

/// Before and after the remote accepted.
pub enum Phase {
    /// The app's SYN, kept until the remote has answered.
    Connecting(Box<[u8]>),
    Relaying(Box<TcpSocket>),
}

impl Flow {
    /// How long this flow may be silent.
    pub fn patience(&self) -> Duration {
        match &self.kind {
            Kind::Tcp(tcp) => tcp.patience(),
            Kind::Datagrams(_) => datagram_patience(&self.tuple),
        }
    }

    /// When it is given up if nothing passes.
    pub fn deadline(&self) -> Instant {
        self.last_active + self.patience()
    }

    /// When it can give memory back, if it holds any that it does not need.
    pub fn trim_at(&self) -> Option<Instant> {
        match &self.kind {
            Kind::Tcp(tcp) => tcp.wants_trim().then(|| self.last_active + TRIM_AFTER),
            Kind::Datagrams(_) => None,
        }
    }

    /// The TCP side of it, if it is one.
    pub fn tcp_mut(&mut self) -> Option<&mut TcpFlow> {
        match &mut self.kind {
            Kind::Tcp(tcp) => Some(tcp),
            Kind::Datagrams(_) => None,
        }
    }
}

impl Keyed for Flow {
    fn key(&self) -> FlowKey {
        self.key
    }

    fn tuple(&self) -> FiveTuple {
        self.tuple
    }
}

/// How long a flow of datagrams may be silent.
pub fn datagram_patience(tuple: &FiveTuple) -> Duration {
    match (tuple.protocol, tuple.responder.port()) {
        (Protocol::Icmp, _) => ECHO_IDLE,
        (_, 53) => DNS_IDLE,
        (_, 443) => QUIC_IDLE,
        _ => UDP_IDLE,
    }
}

impl TcpFlow {
    /// A flow that begins with this SYN packet, which ends before `app_end`, its SYN alone before `app_read`.
    pub fn connecting(syn: &[u8], app_end: u32, app_read: u32) -> Self {
        Self {
            phase: Phase::Connecting(syn.into()),
            held_until: None,
            app_end,
            app_read,
            remote_finished: false,
            app_finished: false,
            buffered: 0,
            app_reset: false,
            remote_reset: None,
        }
    }

    /// The app's end, once the remote has accepted.
    pub fn socket_mut(&mut self) -> Option<&mut TcpSocket> {
        match &mut self.phase {
            Phase::Relaying(socket) => Some(socket),
            Phase::Connecting(_) => None,
        }
    }

    /// Notes how far the app has sent.
    pub fn note_sent(&mut self, end: u32) {
        // Serial number arithmetic: later if less than half the circle ahead (RFC 9293 section 3.4).
        let ahead = end.wrapping_sub(self.app_end);
        if ahead != 0 && ahead < 1 << 31 {
            self.app_end = end;
        }
    }

    /// Every segment that the app sent was read, so none can be waiting for an earlier one.
    pub fn is_in_order(&self) -> bool {
        self.app_end == self.app_read
    }

    /// It holds memory that it does not need and can give back.
    fn wants_trim(&self) -> bool {
        match &self.phase {
            Phase::Relaying(socket) => socket.wants_trim(self.is_in_order()),
            Phase::Connecting(_) => false,
        }
    }

    /// How it ended, judging by what both sides said.
    pub fn close(&self) -> Close {
        if self.remote_reset.is_none() && !self.app_reset && self.app_finished && self.remote_finished {
            Close::Fin
        } else {
            Close::Reset
        }
    }

    /// Nothing is left to do for either side.
    pub fn is_over(&mut self) -> bool {
        let (app_reset, app_finished, aborted) =
            (self.app_reset, self.app_finished, self.remote_reset.is_some());
        match &mut self.phase {
            Phase::Connecting(_) => app_reset,
            Phase::Relaying(socket) => {
                app_reset
                    || (socket.is_over()
                        && (aborted || !socket.is_opened() || (app_finished && socket.unread() == 0)))
            }
        }
    }

    fn patience(&self) -> Duration {
        match &self.phase {
            Phase::Relaying(socket) if !socket.is_established() => TCP_HANDSHAKE,
            _ if self.app_finished || self.remote_finished => TCP_HALF_CLOSED_IDLE,
            Phase::Connecting(_) | Phase::Relaying(_) => TCP_IDLE,
        }
    }
}
