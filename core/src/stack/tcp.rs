//! The app's end of a TCP connection.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use etherparse::{IpSlice, TcpOptionElement, TcpSlice};
use smoltcp::iface::{Config, Interface, PollResult};
use smoltcp::socket::tcp::{Socket, State};
use smoltcp::wire::HardwareAddress;

use super::device::{Pipe, WindowLimit};
use super::rings::{RingPool, RingSocket};
use crate::limits::{DOWNLOAD_RING, FAIR_SHARE, MAX_PACKET, RESIDENT_RING, UPLOAD_RING};
use crate::packet::{PacketQueue, PacketSink};

/// What all TCP flows share.
pub struct TcpStack {
    interface: Interface,
    started: Instant,
    rings: RingPool,
    scratch: Box<[u8]>,
}

/// What [`TcpStack::transmit`] did.
#[derive(Debug, Clone, Copy)]
pub struct Transmitted {
    /// Packets sent.
    pub packets: u32,
    /// When the socket wants to be called again although no packet came.
    pub wake: Option<Instant>,
}

/// One connection with the app.
pub struct TcpSocket {
    rings: RingSocket,
    /// How much of the upload ring may be resident, in bytes from its beginning.
    touched_upload: usize,
    /// The same of the download ring.
    touched_download: usize,
    /// Where the download ring is written next, until it wraps: smoltcp starts over whenever it is empty.
    download_end: usize,
    /// Since then `touched_upload` no longer counts from the beginning.
    was_trimmed: bool,
    window_shift: u8,
    /// A FIN is to follow what the app has not acknowledged yet.
    is_finishing: bool,
    /// When it was first seen in TIME-WAIT.
    time_wait: Option<Instant>,
}

/// After so long in TIME-WAIT the last acknowledgement was sent. smoltcp ends that state after 10 s, and with it
/// drops what nobody has read yet.
const TIME_WAIT: Duration = Duration::from_secs(5);

impl TcpStack {
    /// `seed` makes initial sequence numbers unpredictable: take it from the system.
    pub fn new(seed: u64, now: Instant) -> Self {
        let mut scratch = vec![0; MAX_PACKET + 64].into_boxed_slice();
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = seed;
        let mut nowhere = PacketQueue::default();
        let mut pipe =
            Pipe { incoming: None, scratch: &mut scratch, sink: &mut nowhere, window: WindowLimit::NONE };
        let mut interface = Interface::new(config, &mut pipe, smoltcp::time::Instant::ZERO);
        // Every address is ours: no route and no address is needed.
        interface.set_any_ip(true);
        Self { interface, started: now, rings: RingPool::default(), scratch }
    }

    /// Opens a connection with the SYN that the app sent to `responder`. [`Self::transmit`] then sends the
    /// SYN-ACK, so call it only once the remote has accepted.
    ///
    /// # Errors
    /// When there is no memory for its buffers.
    pub fn accept(
        &mut self,
        responder: SocketAddr,
        syn: &[u8],
        now: Instant,
        replies: &mut PacketQueue,
    ) -> io::Result<TcpSocket> {
        let mut rings = RingSocket::new(self.rings.take()?);
        let socket = rings.socket_mut();
        socket.set_nagle_enabled(false);
        if socket.listen(responder).is_err() {
            return Err(io::Error::from(io::ErrorKind::AddrNotAvailable));
        }
        let mut socket = TcpSocket {
            rings,
            touched_upload: 0,
            touched_download: 0,
            download_end: 0,
            was_trimmed: false,
            window_shift: window_shift(syn),
            is_finishing: false,
            time_wait: None,
        };
        self.receive(&mut socket, syn, now, replies);
        Ok(socket)
    }

    /// Gives `socket` a packet of its connection. What must be answered at once goes to `replies`.
    pub fn receive(
        &mut self,
        socket: &mut TcpSocket,
        packet: &[u8],
        now: Instant,
        replies: &mut PacketQueue,
    ) {
        let mut pipe = Pipe {
            incoming: Some(packet),
            scratch: &mut self.scratch,
            sink: replies,
            window: WindowLimit::NONE,
        };
        let now = since(self.started, now);
        self.interface.poll_ingress_single(now, &mut pipe, socket.rings.set());
        // The ring is filled round and round: as many pages as bytes came in, until all of them are.
        socket.touched_upload = (socket.touched_upload + packet.len()).min(UPLOAD_RING);
    }

    /// Sends what `socket` has to say. While memory `is_tight` the app may only send little ahead of the remote.
    pub fn transmit(
        &mut self,
        socket: &mut TcpSocket,
        is_tight: bool,
        now: Instant,
        sink: &mut dyn PacketSink,
    ) -> Transmitted {
        let window = if is_tight { socket.fair_window() } else { WindowLimit::NONE };
        if socket.has_said_all(now) {
            return Transmitted { packets: 0, wake: None };
        }
        socket.finish_if_due();
        let at = since(self.started, now);
        let mut packets = 0;
        let mut pipe = Pipe { incoming: None, scratch: &mut self.scratch, sink, window };
        while self.interface.poll_egress(at, &mut pipe, socket.rings.set()) == PollResult::SocketStateChanged
        {
            packets += 1;
        }
        let wake = self.interface.poll_at(at, socket.rings.set()).map(|wanted| {
            // "Now" after everything was sent would spin: give it the finest step of smoltcp's clock.
            let delay = if wanted > at { wanted - at } else { smoltcp::time::Duration::from_millis(1) };
            now + Duration::from(delay)
        });
        Transmitted { packets, wake }
    }

    /// Ends the life of `socket` and keeps its memory for the next one.
    pub fn release(&mut self, socket: TcpSocket) {
        let TcpSocket { rings, touched_upload, touched_download, was_trimmed, .. } = socket;
        let touched_upload = if was_trimmed { UPLOAD_RING } else { touched_upload };
        self.rings.give_back(rings.into_slot(), touched_upload, touched_download);
    }
}

impl TcpSocket {
    /// Shows `read` the oldest bytes from the app, in one piece, and removes as many as it says.
    /// `None` if there are none.
    pub fn read_with<R>(&mut self, read: impl FnOnce(&[u8]) -> (usize, R)) -> Option<R> {
        let socket = self.socket();
        if !socket.can_recv() {
            return None;
        }
        socket.recv(|bytes| read(bytes)).ok()
    }

    /// Lets `write` fill at most `limit` bytes of free space towards the app and adds as many as it says.
    /// `None` if there is no room or the app takes no more.
    pub fn write_with<R>(&mut self, limit: usize, write: impl FnOnce(&mut [u8]) -> (usize, R)) -> Option<R> {
        let socket = self.socket();
        if !socket.can_send() {
            return None;
        }
        let queued = socket.send_queue();
        let result = socket.send(|space| {
            let length = space.len().min(limit);
            write(&mut space[..length])
        });
        let written = socket.send_queue() - queued;
        self.download_end = if queued == 0 { written } else { self.download_end + written };
        self.touched_download = self.touched_download.max(self.download_end).min(DOWNLOAD_RING);
        result.ok()
    }

    /// Bytes from the app that nobody has read.
    pub fn unread(&self) -> usize {
        self.shared().recv_queue()
    }

    /// Bytes towards the app that it has not acknowledged.
    pub fn unacknowledged(&self) -> usize {
        self.shared().send_queue()
    }

    /// The app has sent its FIN and every byte before it was read.
    pub fn is_finished_by_app(&self) -> bool {
        let socket = self.shared();
        socket.recv_queue() == 0
            && matches!(
                socket.state(),
                State::CloseWait | State::LastAck | State::Closing | State::TimeWait | State::Closed
            )
    }

    /// The app reset the connection, or both sides are done with it.
    ///
    /// TIME-WAIT counts: the app's kernel keeps its own, and a new SYN may come at once.
    pub fn is_over(&self) -> bool {
        matches!(self.shared().state(), State::Closed | State::TimeWait | State::Listen)
    }

    /// A SYN was taken; a packet that smoltcp does not take for one leaves the socket listening.
    pub fn is_opened(&self) -> bool {
        self.shared().state() != State::Listen
    }

    /// The app has completed the handshake.
    pub fn is_established(&self) -> bool {
        !matches!(self.shared().state(), State::Listen | State::SynReceived)
    }

    /// A reset that came from the remote may be passed on: the app knows that it is connected and has read all,
    /// or it sends what nobody will take.
    pub fn has_nothing_to_wait_for(&self) -> bool {
        self.is_established() && (self.unread() > 0 || self.unacknowledged() == 0)
    }

    /// Sends a FIN once everything before it is sent.
    pub fn finish(&mut self) {
        self.is_finishing = true;
        self.finish_if_due();
    }

    /// Resets the connection.
    pub fn abort(&mut self) {
        self.socket().abort();
    }

    /// Whether [`Self::trim`] would give memory back.
    pub fn wants_trim(&self, in_order: bool) -> bool {
        (in_order && self.touched_upload > RESIDENT_RING && self.unread() == 0)
            || (self.touched_download > RESIDENT_RING && self.unacknowledged() == 0)
    }

    /// Gives memory back in a pause. `in_order` says that no segment waits for an earlier one to arrive;
    /// otherwise, or with bytes in a ring, that ring is left alone.
    pub fn trim(&mut self, in_order: bool) {
        if in_order && self.unread() == 0 && self.touched_upload > RESIDENT_RING {
            self.rings.slot().trim_upload(0, UPLOAD_RING);
            // The ring goes on where it stands, so the next byte may make any of its pages resident.
            self.touched_upload = RESIDENT_RING;
            self.was_trimmed = true;
        }
        if self.unacknowledged() == 0 && self.touched_download > RESIDENT_RING {
            self.rings.slot().trim_download(RESIDENT_RING, self.touched_download);
            self.touched_download = RESIDENT_RING;
        }
    }

    /// The app's share when memory is tight, less what it has sent already.
    fn fair_window(&self) -> WindowLimit {
        WindowLimit { bytes: FAIR_SHARE.saturating_sub(self.unread()), shift: self.window_shift }
    }

    /// In LAST-ACK smoltcp ignores window updates, even with data left to send: a slow app that closed first would
    /// hear the rest at the pace of window probes. So its FIN waits for the data to be acknowledged.
    fn finish_if_due(&mut self) {
        let must_wait = self.shared().state() == State::CloseWait && self.unacknowledged() > 0;
        if self.is_finishing && !must_wait {
            self.is_finishing = false;
            self.socket().close();
        }
    }

    /// It is in TIME-WAIT for long enough: calling smoltcp again would only make it forget what is unread.
    fn has_said_all(&mut self, now: Instant) -> bool {
        self.shared().state() == State::TimeWait
            && now.saturating_duration_since(*self.time_wait.get_or_insert(now)) >= TIME_WAIT
    }

    fn socket(&mut self) -> &mut Socket<'static> {
        self.rings.socket_mut()
    }

    fn shared(&self) -> &Socket<'static> {
        self.rings.socket()
    }
}

fn since(started: Instant, now: Instant) -> smoltcp::time::Instant {
    let micros = now.saturating_duration_since(started).as_micros();
    smoltcp::time::Instant::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

/// The shift that smoltcp uses for its windows if the app's SYN offers to scale them: such that the whole ring
/// can be told in 16 bits.
fn window_shift(syn: &[u8]) -> u8 {
    const RING_BITS: u32 = usize::BITS - UPLOAD_RING.leading_zeros();
    let scales = IpSlice::from_slice(syn).ok().and_then(|ip| {
        let tcp = TcpSlice::from_slice(ip.payload().payload).ok()?;
        Some(
            tcp.options_iterator().flatten().any(|option| matches!(option, TcpOptionElement::WindowScale(_))),
        )
    });
    let shift = if scales == Some(true) { RING_BITS.saturating_sub(u16::BITS) } else { 0 };
    u8::try_from(shift).unwrap_or_default()
}
