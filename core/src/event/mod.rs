//! Plain data that leaves the machine: what a flow was, whom it belongs to, what we know of it and why.
//!
//! Every type here serialises with the keys that the command line, the store and the phone share
//! (absent = unknown).

mod application;
mod coverage;
mod mark;
mod name;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::packet::{FiveTuple, Protocol};
use crate::sniff::KeptRequest;

pub use application::{Application, Hidden, Tls};
pub use coverage::Coverage;
pub use mark::{Mark, MarkKind};
pub use name::{Name, Provenance};

/// One flow's number, never used twice in a record: the session in the upper 32 bits, a counter in the lower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FlowId(pub u64);

impl FlowId {
    /// The `sequence`-th flow of a session.
    pub fn new(session: u32, sequence: u32) -> Self {
        Self(u64::from(session) << 32 | u64::from(sequence))
    }
}

impl fmt::Display for FlowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Wall-clock time in milliseconds since 1970-01-01 UTC; written as RFC 3339 UTC with milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

/// A text that is not an RFC 3339 time.
#[derive(Debug, thiserror::Error)]
#[error("'{text}' is not an RFC 3339 time such as 2026-03-01T12:00:00Z")]
pub struct NotATime {
    text: String,
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        write!(f, "{time:.3}")
    }
}

impl FromStr for Timestamp {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let time: jiff::Timestamp = text.parse().map_err(|_| NotATime { text: text.to_owned() })?;
        Ok(Self(time.as_millisecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An address and a port; the port of an ICMP echo flow is its identifier (originator) or 0 (responder).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Endpoint {
    pub address: IpAddr,
    pub port: u16,
}

impl From<SocketAddr> for Endpoint {
    fn from(socket: SocketAddr) -> Self {
        Self { address: socket.ip(), port: socket.port() }
    }
}

/// Who owns a flow. Unknown parts stay absent; a shared uid lists every package and picks none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uid: Option<u32>,
    /// Android packages of the uid.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub packages: Vec<Arc<str>>,
    /// Path of the Linux executable.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub process: Option<Arc<str>>,
    /// Linux process number, as seen by the monitor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pid: Option<u32>,
}

/// How well a catalogue row is founded: `A` seen in app code or on a device, `B` named in an MIT list,
/// `C` named only in copyleft or unlicensed lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tier {
    A,
    B,
    C,
    /// A row of the owner's own list.
    Own,
}

impl Tier {
    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::Own => "Own",
        }
    }
}

/// A flow matched a catalogue rule of a tracking category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id: its domain.
    pub rule: Arc<str>,
    /// Catalogue category, such as `analytics`.
    pub category: Arc<str>,
    pub tier: Tier,
    /// One sentence for a lay person.
    pub why: Arc<str>,
    /// Source keys, resolved in `docs/sources.md`.
    pub citation: Arc<str>,
}

/// What the catalogue says about a name and an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Who stands behind it, such as `Xiaomi`.
    pub party: Option<Arc<str>>,
    pub finding: Option<Finding>,
    /// Category of a service that the user asked for (`account`, `update`, ...), or `hosting`: shown, not flagged.
    pub expected: Option<Arc<str>>,
    /// ISO 3166 country of the address, when a database is there to tell.
    pub country: Option<Arc<str>>,
    /// Network of the address.
    pub asn: Option<u32>,
}

/// How a flow ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Close {
    /// Both sides said they were done.
    Fin,
    /// One side reset the connection.
    Reset,
    /// The remote answered that nothing listens there.
    Refused,
    /// No way to the remote: network, host or port unreachable, or forbidden.
    Unreachable,
    /// The remote never answered.
    Timeout,
    /// Nothing passed for so long that the flow was given up.
    Idle,
    /// It still runs, or was running when the monitor stopped.
    Open,
}

impl Close {
    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fin => "fin",
            Self::Reset => "reset",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Idle => "idle",
            Self::Open => "open",
        }
    }
}

/// Payload bytes and IP packets in both directions; up is from the app to the remote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    pub bytes_up: u64,
    pub bytes_down: u64,
    pub packets_up: u64,
    pub packets_down: u64,
}

/// One flow, first packet to end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlowRecord {
    pub id: FlowId,
    pub start: Timestamp,
    /// Last packet so far; final once `close` is not [`Close::Open`].
    pub end: Timestamp,
    pub protocol: Protocol,
    pub originator: Endpoint,
    pub responder: Endpoint,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<Owner>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<Name>,
    /// What it was recognised to speak.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub application: Option<Application>,
    /// What its TLS handshake agreed on, or offered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tls: Option<Tls>,
    /// What it keeps from view, though it was recognised.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hidden: Option<Hidden>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub party: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub country: Option<Arc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub asn: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub finding: Option<Finding>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected: Option<Arc<str>>,
    /// Names asked for, on a DNS flow.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub questions: Vec<Arc<str>>,
    #[serde(flatten)]
    pub counters: Counters,
    pub close: Close,
}

/// Something that the person or the operator should know, apart from single flows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "kebab-case")]
pub enum Notice {
    /// No file descriptor was left for a new flow; `refused` flows were turned away since the last notice.
    DescriptorsExhausted { refused: u64 },
    /// Descriptors are there again.
    DescriptorsBack,
    /// All flow slots are in use and none is idle; `refused` flows were turned away since the last notice.
    FlowsExhausted { refused: u64 },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DescriptorsExhausted { refused } => {
                write!(f, "no file descriptor left: {refused} new flows refused; raise the limit (ulimit -n)")
            }
            Self::DescriptorsBack => write!(f, "file descriptors are available again"),
            Self::FlowsExhausted { refused } => {
                write!(f, "too many flows at once: {refused} new flows refused")
            }
        }
    }
}

/// Why nothing, or not everything, could be seen for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapReason {
    /// The monitor had been stopped.
    NotRunning,
    /// The monitor died without a word.
    Killed,
    /// The system took the VPN away.
    Revoked,
    /// Flows were relayed, their names were hidden (Private DNS, ECH).
    NamesHidden,
    /// Flows came faster than they could be recorded.
    EventsLost,
    /// The record could not be written (disk full, file gone).
    RecordFailed,
    /// Flows were turned away: descriptors or flow slots had run out.
    FlowsRefused,
    /// The oldest flows were dropped to keep the record below its size.
    SizeCap,
}

impl GapReason {
    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotRunning => "not-running",
            Self::Killed => "killed",
            Self::Revoked => "revoked",
            Self::NamesHidden => "names-hidden",
            Self::EventsLost => "events-lost",
            Self::RecordFailed => "record-failed",
            Self::FlowsRefused => "flows-refused",
            Self::SizeCap => "size-cap",
        }
    }
}

/// An interval of which the record does not tell everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub start: Timestamp,
    /// Absent while it lasts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub end: Option<Timestamp>,
    pub reason: GapReason,
    /// Flows or states of flows that are missing, as far as they were counted.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub lost: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What the machine tells whoever watches: the store, the live view, the phone.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Someone please say who owns this flow: `Monitor::handle_owner` takes the answer.
    OwnerWanted {
        flow: FlowId,
        tuple: FiveTuple,
    },
    /// A flow turned out to be a finding; told once per flow, with its owner if that was learnt in time.
    Finding(Box<FlowRecord>),
    /// A flow sent something in the clear, and this is as much of it as was kept.
    Request {
        flow: Box<FlowRecord>,
        /// When its end passed.
        time: Timestamp,
        request: Box<KeptRequest>,
    },
    /// State of a flow that still runs; at most once a second per flow.
    FlowUpdated(Box<FlowRecord>),
    /// A flow ended; the last word on it.
    FlowClosed(Box<FlowRecord>),
    Notice(Notice),
}
