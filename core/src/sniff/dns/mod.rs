//! DNS over UDP and TCP: which names were asked for, and the addresses that were the answer.
//!
//! Any port may speak it. Port 53 and those of neighbours are believed at once, others only after a datagram or message that is hard to
//! mistake: a query of the app's for a host name.

mod answers;
mod message;
mod over_tcp;
mod over_udp;
mod record;

use std::net::IpAddr;
use std::sync::Arc;

use super::Direction;
use crate::event::Application;

pub(super) use over_tcp::DnsStream;
pub(super) use over_udp::DnsDatagrams;

/// The port of plain DNS: <https://www.rfc-editor.org/rfc/rfc1035#section-4.2>
const DNS_PORT: u16 = 53;
/// Neighbours: <https://www.rfc-editor.org/rfc/rfc6762#section-3>, <https://www.rfc-editor.org/rfc/rfc4795#section-2>
const MDNS_PORT: u16 = 5353;
const LLMNR_PORT: u16 = 5355;
/// NetBIOS speaks a dialect (RFC 1002 section 4.2) whose names are none of hosts.
const NETBIOS_PORT: u16 = 137;

/// What speaks on this port is DNS until it is shown not to be.
fn is_believed(port: u16) -> bool {
    matches!(port, DNS_PORT | MDNS_PORT | LLMNR_PORT)
}

/// Reads a datagram of which the end was not captured.
pub(super) fn read_cut(responder_port: u16, direction: Direction, start: &[u8]) -> Option<DnsMessage> {
    let is_believable =
        is_believed(responder_port) || direction == Direction::Up && message::is_surely_query(start);
    is_believable.then(|| message::parse_cut(start, responder_port))?
}

/// A query or a response, as far as it is about host names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsMessage {
    /// How it was asked: `Dns`, `Mdns`, `Llmnr` or `HttpDns`.
    pub application: Application,
    pub response: bool,
    /// The names asked for: lower-case ASCII without a trailing dot. Not all are host names (`*.example`).
    pub questions: Vec<Arc<str>>,
    /// The addresses of those names, or of hosts that they stand for; of what neighbours announce also those of names
    /// that nobody asked for. Empty in a query.
    pub answers: Vec<DnsAnswer>,
    /// An answer offers keys for Encrypted ClientHello (RFC 9848): connections that follow may hide their name.
    pub ech: bool,
}

/// One address of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsAnswer {
    pub address: IpAddr,
    /// The name that was asked for, at the start of the chain of aliases that led to the address; where another host
    /// was the answer (a mail or name server), that host.
    pub name: Arc<str>,
    /// Seconds that the whole chain may be kept: the least of its links.
    pub ttl: u32,
}
