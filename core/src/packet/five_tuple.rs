//! The identity of a flow.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// The protocols that are relayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    Tcp,
    Udp,
    /// ICMP echo, either family.
    Icmp,
}

impl Protocol {
    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
        }
    }
}

/// Who speaks to whom: the originator is the app's side, whichever end sent the first packet.
///
/// Both addresses are of one family. For ICMP echo the originator's port is the identifier and the
/// responder's is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FiveTuple {
    pub originator: SocketAddr,
    pub responder: SocketAddr,
    pub protocol: Protocol,
}
