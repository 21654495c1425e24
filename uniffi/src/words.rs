//! The engine's own words that cross the boundary as they are.

use telltale_core::claims::{Answer, Grounds};
use telltale_core::event::{Close, GapReason, MarkKind, Provenance, Tier};
use telltale_core::packet::Protocol;
use telltale_core::rules::Effect;
use telltale_core::store::{By, ExportFormat, Sort};

/// Where a name was read.
#[uniffi::remote(Enum)]
pub enum Provenance {
    Certificate,
    Dns,
    HttpDns,
    HttpHost,
    MiPush,
    QuicSni,
    TlsSni,
}

/// How well a rule is founded.
#[uniffi::remote(Enum)]
pub enum Tier {
    A,
    B,
    C,
    Own,
}

/// How a flow ended.
#[uniffi::remote(Enum)]
pub enum Close {
    Fin,
    Reset,
    Refused,
    Unreachable,
    Timeout,
    Idle,
    Open,
}

/// Why not everything could be seen.
#[uniffi::remote(Enum)]
pub enum GapReason {
    NotRunning,
    Killed,
    Revoked,
    NamesHidden,
    EventsLost,
    RecordFailed,
    FlowsRefused,
    SizeCap,
}

/// What kind of moment was marked.
#[uniffi::remote(Enum)]
pub enum MarkKind {
    Note,
    ScreenOn,
    ScreenOff,
    Network,
}

/// What comes first.
#[uniffi::remote(Enum)]
pub enum Sort {
    Recent,
    Bytes,
    Flows,
    Findings,
    Name,
}

/// What a row of coverage is about.
#[uniffi::remote(Enum)]
pub enum By {
    App,
    Host,
    Hour,
    Day,
    Party,
}

/// What a file of flows looks like.
#[uniffi::remote(Enum)]
pub enum ExportFormat {
    Csv,
    JsonLines,
}

/// What a flow is made of.
#[uniffi::remote(Enum)]
pub enum Protocol {
    Tcp,
    Udp,
    Icmp,
}

/// What a rule does to a flow.
#[uniffi::remote(Enum)]
pub enum Effect {
    Finding,
    Expected,
    PartyOnly,
    Exception,
}

/// What a record says of a claim.
#[uniffi::remote(Enum)]
pub enum Answer {
    Confirmed,
    NotSeen,
    Refuted,
    NotObservable,
    Undecided,
}

/// What an answer rests on.
#[uniffi::remote(Enum)]
pub enum Grounds {
    Evidence,
    Experiment,
    Traffic,
    Nothing,
}
