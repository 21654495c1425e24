//! Names that pass in the clear. One file per protocol, each a small resumable reader with a budget.

use crate::event::Name;

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the app to the remote.
    Up,
    /// From the remote to the app.
    Down,
}

/// What a sniffer read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sighting {
    /// The flow's own host name.
    Name(Name),
}

/// How far a sniffer got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// So far it fits; give more bytes.
    NeedMore,
    /// Read something; more may come (a DNS connection carries many messages).
    Seen(Sighting),
    /// Read all there is to read; push no more.
    Found(Sighting),
    /// Not this protocol, or its budget is spent.
    NotMine,
}

/// A reader of one protocol on one flow. Streams may be cut anywhere; datagrams come whole.
///
/// It never panics, whatever the bytes, keeps at most its budget in memory, and frees it after a verdict.
pub trait Sniffer {
    /// Takes the next bytes that went in `direction`.
    fn push(&mut self, direction: Direction, bytes: &[u8]) -> Progress;
}
