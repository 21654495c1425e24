//! Every budget, with its reason and a sum that is checked when the crate is compiled.

use std::time::Duration;

/// Flows at once. Each needs a descriptor and the kernel's own buffers besides.
pub const MAX_FLOWS: usize = 10_240;

/// What a flow may cost while it is idle: its place in the tables, the TCP socket, one touched page per ring.
pub const BYTES_PER_IDLE_FLOW: usize = 12 * 1024;

/// Bytes that wait for a slower side, all flows together; past it every flow keeps to [`FAIR_SHARE`].
pub const MAX_BUFFERED: usize = 48 * 1024 * 1024;

/// What a single flow may buffer in either direction while the total is above [`MAX_BUFFERED`].
pub const FAIR_SHARE: usize = 16 * 1024;

/// Ring from the app to the remote. It bounds the window that the app sees, so it needs some 30 segments of
/// the largest MTU in use (9000); reserved, not touched.
pub const UPLOAD_RING: usize = if cfg!(target_pointer_width = "64") { 256 * 1024 } else { 32 * 1024 };

/// Ring from the remote to the app: several of the largest TUN writes.
pub const DOWNLOAD_RING: usize = if cfg!(target_pointer_width = "64") { 512 * 1024 } else { 64 * 1024 };

/// Flows whose rings are reserved by one `mmap`: few mappings (Linux allows 65 530), little waste.
pub const RINGS_PER_MAPPING: usize = 64;

/// Granularity in which memory goes back to the system; newer Android devices have 16 KiB pages.
pub const PAGE: usize = if cfg!(target_os = "android") { 16 * 1024 } else { 4096 };

/// Bytes of a ring that may stay resident in a flow that went idle, or in a free pair of rings.
pub const RESIDENT_RING: usize = PAGE;

/// Largest packet written to the TUN: beyond it the copy falls out of the cache and nothing is gained.
pub const MAX_TUN_WRITE: usize = 32 * 1024;

/// MTU that a tunnel of ours shows: that of the networks behind it, so that apps send datagrams that fit them.
pub const TUN_MTU: u16 = 1500;

/// Bytes of an IP packet.
pub const MAX_PACKET: usize = 65_535;

/// Packets read from the TUN before their flows are served: one acknowledgement per batch.
pub const TUN_BATCH: usize = 64;

/// Datagrams read from one socket before the others have their turn.
pub const DATAGRAM_BATCH: usize = 64;

/// Fragmented packets under reassembly; RFC 1122 asks for at least 64 KiB each.
pub const MAX_FRAGMENTED_PACKETS: usize = 64;

/// RFC 791 proposes 15 s; Linux waits 30.
pub const FRAGMENT_TIMEOUT: Duration = Duration::from_secs(30);

/// A TCP flow without traffic: RFC 5382 section 5 asks for at least 2 h 4 min.
pub const TCP_IDLE: Duration = Duration::from_secs(2 * 3600 + 4 * 60);

/// A TCP flow one side of which is closed: RFC 5382 section 5 asks for at least 4 min.
pub const TCP_HALF_CLOSED_IDLE: Duration = Duration::from_secs(10 * 60);

/// An app that does not complete the handshake: as long as BSD and Linux repeat a SYN-ACK, roughly.
pub const TCP_HANDSHAKE: Duration = Duration::from_secs(75);

/// What is left to send to an app after its remote reset the connection gets this long.
pub const RESET_GRACE: Duration = Duration::from_secs(10);

/// A UDP association: RFC 4787 section 4.3 asks for at least 2 min.
pub const UDP_IDLE: Duration = Duration::from_secs(120);

/// QUIC endpoints idle out by themselves, commonly after 30 s to some minutes; be the more patient one.
pub const QUIC_IDLE: Duration = Duration::from_secs(300);

/// A resolver that has not answered by now will not.
pub const DNS_IDLE: Duration = Duration::from_secs(10);

/// Echo: longer than any sensible ping interval.
pub const ECHO_IDLE: Duration = Duration::from_secs(60);

/// A flow must have been idle for this long before a new one may take its place.
pub const EVICTABLE_AFTER: Duration = Duration::from_secs(2);

/// Candidates looked at for eviction, so that a new flow never costs a walk over all.
pub const EVICTION_TRIES: usize = 64;

/// A flow that ended keeps its record open this long for the answer who owned it.
pub const OWNER_PATIENCE: Duration = Duration::from_secs(1);

/// A connection that the remote has accepted is held back from the app this long for the same answer, which comes
/// within a millisecond unless the machine is very busy. Clients with several addresses try the next one after
/// 200 ms or more (RFC 8305, section 5).
pub const OWNER_GRACE: Duration = Duration::from_millis(150);

/// State of running flows is told this often.
pub const TICK: Duration = Duration::from_millis(500);

/// A flow idle for this long gives its ring pages back.
pub const TRIM_AFTER: Duration = Duration::from_secs(1);

/// Names that one DNS flow keeps as its questions.
pub const MAX_QUESTIONS: usize = 16;

/// Hosts of one connection that are kept: a proxy's may carry requests to any number.
pub const MAX_HOSTS: usize = 8;

/// Events that wait to be fetched; past it flow updates (never ends or findings) are skipped until the next tick.
pub const MAX_EVENTS: usize = 4096;

/// Flows at once in a replay. Nothing but memory is in short supply there: some 1 KiB each.
pub const MAX_REPLAYED_FLOWS: usize = 65_536;

/// Bytes of one direction of a captured connection that wait for an earlier segment: no handshake, and no head of a
/// message, is longer, so what a longer wait could bring is not worth it.
pub const MAX_HELD: usize = 32 * 1024;

/// The same, all captured connections together.
pub const MAX_HELD_TOTAL: usize = 32 * 1024 * 1024;

/// Bytes of one request's body that are kept. A flush of Sensors Analytics is some 20 KiB, one of Umeng's envelopes
/// seldom above 100 KiB.
pub const MAX_KEPT_BODY: usize = 256 * 1024;

/// Bytes that are kept of all requests of one flow: an app that sends so much at once sends files.
pub const MAX_KEPT_OF_FLOW: usize = 4 * 1024 * 1024;

/// Bytes of requests that are held at once, from the first until they are decoded and in the record.
pub const MAX_KEPT_AT_ONCE: usize = 8 * 1024 * 1024;

/// Headers around a captured packet, each of them a VLAN, a tunnel or the like.
pub const MAX_ENCAPSULATION: u8 = 16;

/// A captured connection that both sides have closed is remembered for so long, so that what is sent again does not
/// look like a flow of its own.
pub const TCP_LINGER: Duration = Duration::from_secs(30);

/// What a phone with little memory can spare for 8 192 flows.
const ALLOWED: usize = 128 * 1024 * 1024;

const _: () =
    assert!(8192 * BYTES_PER_IDLE_FLOW + MAX_FRAGMENTED_PACKETS * MAX_PACKET + MAX_KEPT_AT_ONCE <= ALLOWED);
const _: () = assert!(MAX_FLOWS * BYTES_PER_IDLE_FLOW <= ALLOWED);
const _: () = assert!(UPLOAD_RING.is_multiple_of(16 * 1024) && DOWNLOAD_RING.is_multiple_of(16 * 1024));
